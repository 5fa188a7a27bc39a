package io.holdfast.testkit.sim;

import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.control.AdminResult;
import io.holdfast.nameserver.control.ClusterListener;
import io.holdfast.nameserver.control.Controller;
import io.holdfast.nameserver.control.TabletHealth;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import java.util.function.Consumer;

/** A nameserver: the real {@link Controller} over a simulated ZooKeeper and network. */
final class SimNameserver extends SimProcess implements MetaStore, ClusterListener {
  private static final long TICK = 10 * World.MILLI;
  private static final long CAMPAIGN = 300 * World.MILLI;
  private static final long ZK_TIMEOUT = 2 * World.SECOND;

  private static final long WALL_START = 1_790_000_000_000L;

  private final Cluster cluster;
  private Controller controller;
  private boolean zooKeeperCut;
  private long request;
  private long lastArrival;

  SimNameserver(Cluster cluster, NodeId id, double clockRate) {
    super(cluster.world(), id, clockRate);
    this.cluster = cluster;
  }

  boolean isActive() {
    return isRunning() && controller.isActive();
  }

  /** Whether this is the active one and sees the partition served. */
  boolean seesServed(PartitionId partition) {
    return isActive() && controller.isReady() && controller.condition(partition).isServing();
  }

  void cutFromZooKeeper(boolean cut) {
    zooKeeperCut = cut;
  }

  @Override
  void onStart() {
    lastArrival = 0;
    controller =
        new Controller(cluster.tempo().controller(), cluster.mutants(), this, this::order, this);
    tick();
    campaign();
  }

  @Override
  void onKill() {
    controller = null;
    cluster.connectionsOf(id);
  }

  @Override
  void afterEvent() {
    if (isRunning()) {
      // Clocks of servers agree to a few milliseconds at best; the deadlines do not care.
      controller.endOfTurn(localNow(), WALL_START + world.now() / World.MILLI);
    }
  }

  private void tick() {
    later(cluster.tempo().paced(TICK), this::tick);
  }

  private void campaign() {
    callZooKeeper(
        () -> {
          long taken = cluster.zooKeeper().campaign(id, isActive() ? controller.epoch() : 0);
          return () -> {
            if (taken < 0) {
              controller.deactivate();
            } else if (taken > 0) {
              controller.deactivate();
              controller.activate(taken, localNow());
            }
          };
        },
        () -> {});
    later(cluster.tempo().paced(world.between(CAMPAIGN / 2, CAMPAIGN)), this::campaign);
  }

  void onMessage(NodeId from, Message message) {
    run(() -> controller.onMessage(from, message, localNow()));
  }

  /** An operator asks the active nameserver for something; a standby refuses. */
  void submit(AdminCommand command, Consumer<AdminResult> done) {
    run(() -> controller.submit(command, done));
  }

  void onTabletClosed(NodeId tablet) {
    run(() -> controller.onTabletClosed(tablet, localNow()));
  }

  private void order(NodeId tablet, ControlMessage message) {
    cluster.send(id, tablet, message);
  }

  // ---- ZooKeeper

  @FunctionalInterface
  private interface Remote {
    /** Executes at ZooKeeper; returns what the answer does here. */
    Runnable execute();
  }

  /**
   * The request, the answer, or both may get lost; the request may also arrive very late. It is
   * never overtaken by one that was sent after it: ZooKeeper keeps the order of a session, also
   * over a change of connection, and a nameserver reads with a sync.
   */
  private void callZooKeeper(Remote remote, Runnable onTimeout) {
    long number = ++request;
    boolean[] answered = new boolean[1];
    int expected = life();
    later(
        cluster.tempo().paced(ZK_TIMEOUT),
        () -> {
          if (!answered[0]) {
            answered[0] = true;
            onTimeout.run();
          }
        });
    if (zooKeeperCut) {
      return;
    }
    long delay = world.between(World.MILLI / 2, 3 * World.MILLI);
    if (number % 64 == 63 && world.chance(0.3)) {
      delay += cluster.tempo().paced(world.between(0, 4 * World.SECOND));
    }
    lastArrival = Math.max(lastArrival, world.now() + delay);
    world.after(
        lastArrival - world.now(),
        () -> {
          // A process that died after sending is not asked whether it still wants this.
          if (!isRunning() || life() != expected) {
            return;
          }
          Runnable answer = remote.execute();
          if (zooKeeperCut || world.chance(0.01)) {
            return;
          }
          later(
              world.between(World.MILLI / 2, 2 * World.MILLI),
              () -> {
                if (!answered[0]) {
                  answered[0] = true;
                  answer.run();
                }
              });
        });
  }

  @Override
  public void commit(MetaTransaction transaction) {
    callZooKeeper(
        () -> {
          CommitResult result = cluster.zooKeeper().commit(transaction);
          return () -> controller.onCommitted(transaction, result, localNow());
        },
        () -> controller.onCommitted(transaction, CommitResult.UNKNOWN, localNow()));
  }

  @Override
  public void load(long ticket) {
    callZooKeeper(
        () -> {
          ClusterState read = cluster.zooKeeper().read();
          long epoch = cluster.zooKeeper().epoch();
          return () -> controller.onLoaded(ticket, epoch, read, localNow());
        },
        () -> {
          if (controller.isActive() && !controller.isReady()) {
            load(ticket);
          }
        });
  }

  // ---- listener

  @Override
  public void onLoaded(ClusterState state) {}

  @Override
  public void onChanged(MetaChange change) {}

  @Override
  public void onTabletChanged(TabletHealth tablet) {}
}
