package io.holdfast.nameserver.driver;

import io.holdfast.common.loop.EventLoop;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.common.time.Clock;
import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.control.AdminResult;
import io.holdfast.nameserver.control.ClusterListener;
import io.holdfast.nameserver.control.CommandPreview;
import io.holdfast.nameserver.control.Controller;
import io.holdfast.nameserver.control.ControllerSettings;
import io.holdfast.nameserver.control.OpView;
import io.holdfast.nameserver.control.PartitionCondition;
import io.holdfast.nameserver.control.RecoveryPlan;
import io.holdfast.nameserver.control.TabletHealth;
import io.holdfast.nameserver.control.TabletRegistry;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore;
import io.holdfast.nameserver.state.MetaStore.CommitResult;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.system.GlobalVariables;
import io.holdfast.nameserver.view.PublishedView;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage.MemberUnfit;
import io.holdfast.protocol.message.ReportMessage.RelieveMe;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.peer.Outbox;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the controller: one thread that takes events in, lets the controller decide, and carries out
 * what comes of it. Everything the controller touches is touched on this thread only.
 */
public final class ControllerDriver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerDriver.class);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long FIGURES_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int QUEUE = 64 * 1024;
  private static final long HAND_PAUSE_MILLIS = 1;

  /** Asked to give leadership up when the controller cannot go on. */
  @FunctionalInterface
  public interface StandDown {
    void standDown(String reason);
  }

  private final Clock clock;
  private final Controller controller;
  private final PublishedView view;
  private final StoryLog story = new StoryLog();
  private final AlarmLog alarms = new AlarmLog();
  private final EventLoop loop;
  private final StandDown standDown;
  private volatile boolean closed;

  // Of the loop.
  private Outbox outbox;
  private GlobalVariables variables;
  private boolean leading;
  private volatile Snapshot snapshot = new Snapshot(false, false, 0, "");
  private volatile ClusterFigures figures = ClusterFigures.NONE;
  private long figuresAt;

  private record Snapshot(boolean active, boolean ready, long epoch, String mistrusted) {}

  /**
   * Starts the thread.
   *
   * @param standDown called on the loop when a leadership cannot be gone on with
   */
  public ControllerDriver(
      ControllerSettings settings,
      Clock clock,
      MetaStore store,
      PublishedView view,
      StandDown standDown) {
    this.clock = clock;
    this.view = view;
    this.standDown = standDown;
    this.controller =
        new Controller(settings, Mutants.NONE, store, this::sendOrder, new Listener());
    this.figuresAt = clock.nanoTime() - FIGURES_NANOS;
    this.loop =
        EventLoop.named("controller", this::onFault)
            .capacity(QUEUE)
            .clock(clock)
            // A tick has nothing to do but to make a turn, at whose end the controller decides.
            .tick(TICK_NANOS, now -> {})
            .endOfTurn(this::endOfTurn)
            .start();
  }

  // ---- coming in from other threads

  /** Runs a task on the loop; false when there is no room for it or the loop has ended. */
  public boolean execute(Runnable task) {
    return loop.execute(task);
  }

  /** Runs a task on the loop, waiting for room while the loop lives. */
  public void hand(Runnable task) {
    boolean interrupted = false;
    while (!loop.execute(task) && !closed) {
      try {
        TimeUnit.MILLISECONDS.sleep(HAND_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Messages of a tablet. Those that find no room are lost; their sender repeats what matters. */
  public void onMessages(NodeId from, List<Message> messages) {
    boolean taken =
        loop.execute(
            () -> {
              for (Message message : messages) {
                controller.onMessage(from, message, clock.nanoTime());
              }
            });
    if (!taken) {
      LOG.debug("no room for {} messages of {}", messages.size(), from);
    }
  }

  /** The connection to or from a server was closed. */
  public void onPeerClosed(NodeId peer) {
    // If it is lost, the tablet's silence says the same a little later.
    boolean unused = loop.execute(() -> controller.onTabletClosed(peer, clock.nanoTime()));
  }

  // ---- on the loop

  /** From now on orders can be sent. */
  public void connect(Outbox newOutbox) {
    loop.assertInLoop();
    outbox = newOutbox;
  }

  /** From now on the variables are put into their table. */
  public void keep(GlobalVariables newVariables) {
    loop.assertInLoop();
    variables = newVariables;
  }

  /** A table that was held back may be seen by clients. */
  public void release(int tid) {
    loop.assertInLoop();
    view.release(tid);
  }

  /** This nameserver has taken an epoch. */
  public void activate(long epoch) {
    loop.assertInLoop();
    if (leading) {
      deactivate("a new leadership begins");
    }
    leading = true;
    LOG.info("epoch {}: this nameserver is active now", epoch);
    controller.activate(epoch, clock.nanoTime());
  }

  /** It has lost its leadership. */
  public void deactivate(String reason) {
    loop.assertInLoop();
    if (!leading) {
      return;
    }
    leading = false;
    LOG.warn("epoch {}: this nameserver is not active any more: {}", controller.epoch(), reason);
    controller.deactivate();
    view.deactivate();
  }

  /** A transaction has ended. */
  public void onCommitted(MetaTransaction transaction, CommitResult result) {
    loop.assertInLoop();
    controller.onCommitted(transaction, result, clock.nanoTime());
  }

  /** The truth was read. */
  public void onLoaded(long ticket, long epoch, ClusterState state) {
    loop.assertInLoop();
    controller.onLoaded(ticket, epoch, state, clock.nanoTime());
  }

  /** What a command would come to if it were given now; only while this is ready. */
  public CommandPreview preview(AdminCommand command) {
    loop.assertInLoop();
    return controller.preview(command);
  }

  /**
   * Carries out a command; once it is done, clients can see it, too.
   *
   * @param done told on the loop, once
   */
  public void submit(AdminCommand command, Consumer<AdminResult> done) {
    loop.assertInLoop();
    controller.submit(
        command,
        result -> {
          if (result.isOk()) {
            view.afterwards(() -> done.accept(result));
          } else {
            done.accept(result);
          }
        });
  }

  /** Whether this nameserver is active and knows the truth. */
  public boolean isReady() {
    loop.assertInLoop();
    return controller.isReady();
  }

  /** The truth; null unless ready. Not to be kept beyond the task. */
  public ClusterState state() {
    loop.assertInLoop();
    return controller.state();
  }

  /** How a partition is, and for whom it waits; only while ready. */
  public PartitionCondition condition(PartitionId partition) {
    loop.assertInLoop();
    return controller.condition(partition);
  }

  /** What there is of a partition, and what could be done; only while ready. */
  public RecoveryPlan recovery(PartitionId partition) {
    loop.assertInLoop();
    return controller.recovery(partition);
  }

  /** Where an operation stands; only while ready. */
  public OpView op(OpRecord op) {
    loop.assertInLoop();
    return controller.op(op);
  }

  public TabletRegistry tablets() {
    loop.assertInLoop();
    return controller.tablets();
  }

  private void sendOrder(NodeId tablet, Message message) {
    if (outbox != null) {
      outbox.send(tablet, message);
    }
  }

  private void endOfTurn() {
    long now = clock.nanoTime();
    controller.endOfTurn(now, clock.currentTimeMillis());
    if (leading && !controller.isActive()) {
      // It has read that another nameserver has the epoch.
      leading = false;
      view.deactivate();
      standDown.standDown("ZooKeeper holds another epoch than " + controller.epoch());
    }
    if (variables != null) {
      variables.endOfTurn(controller.state(), controller.epoch(), now);
    }
    view.endOfTurn(controller.state(), controller.tablets(), now);
    if (outbox != null) {
      outbox.flush();
    }
    snapshot =
        new Snapshot(
            controller.isActive(),
            controller.isReady(),
            controller.epoch(),
            controller.isActive() ? controller.mistrusted() : "");
    if (now - figuresAt >= FIGURES_NANOS) {
      figuresAt = now;
      figures = ClusterFigures.of(controller.state(), controller.tablets());
    }
  }

  /**
   * Something that must not happen has happened. What the controller holds in memory is not to be
   * trusted; what ZooKeeper holds is. So the leadership ends, and the next one reads everything
   * anew, here or elsewhere.
   */
  private void onFault(String where, Throwable fault) {
    LOG.error("fault in {}", where, fault);
    if (leading) {
      leading = false;
      controller.deactivate();
      view.deactivate();
      standDown.standDown("a fault in " + where + ": " + fault);
    }
  }

  // ---- any thread

  public boolean isActive() {
    return snapshot.active();
  }

  /** How the cluster was at most a second ago. */
  public ClusterFigures figures() {
    return figures;
  }

  /**
   * How this nameserver is.
   *
   * @param leader the active nameserver, as far as is known; else empty
   * @param trouble what is wrong with ZooKeeper; empty for nothing
   */
  public ServerStatus status(String leader, String trouble) {
    Snapshot seen = snapshot;
    String reason = "";
    if (!trouble.isEmpty()) {
      reason = trouble;
    } else if (!seen.mistrusted().isEmpty()) {
      reason = seen.mistrusted();
    } else if (seen.active() && !seen.ready()) {
      reason = "reading the cluster's state";
    } else if (!seen.active() && leader.isEmpty()) {
      reason = "no nameserver is active";
    }
    return new ServerStatus(seen.active(), seen.epoch(), reason.isEmpty(), reason, leader);
  }

  @Override
  public void close() {
    closed = true;
    loop.close();
  }

  private final class Listener implements ClusterListener {
    @Override
    public void onLoaded(ClusterState state) {
      story.loaded(state, controller.epoch());
      view.onLoaded(controller.epoch());
    }

    @Override
    public void onChanged(MetaChange change) {
      story.changed(change, controller.tablets(), clock.nanoTime());
      view.onChanged(change);
    }

    @Override
    public void onMemberUnfit(NodeId leader, MemberUnfit alarm) {
      alarms.memberUnfit(leader, alarm, clock.nanoTime());
    }

    @Override
    public void onReliefWanted(NodeId leader, RelieveMe request) {
      alarms.reliefWanted(leader, request, clock.nanoTime());
    }

    @Override
    public void onTabletChanged(TabletHealth tablet) {
      story.tabletChanged(tablet);
      view.onTabletChanged(tablet, controller.state());
    }

    @Override
    public void onFreezeChanged(boolean frozen) {
      story.freezeChanged(frozen, controller.tablets());
    }

    @Override
    public void onCondition(PartitionId partition, PartitionCondition condition) {
      story.condition(partition, condition);
    }

    @Override
    public void onTruthTooOld(String what) {
      LOG.error("{}", what);
    }
  }
}
