package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore;
import io.holdfast.nameserver.state.MetaStore.CommitResult;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.MemberUnfit;
import io.holdfast.protocol.message.ReportMessage.ReachReport;
import io.holdfast.protocol.message.ReportMessage.RelieveMe;
import io.holdfast.protocol.message.ReportMessage.Silence;
import io.holdfast.protocol.message.ReportMessage.SilenceReport;
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.message.ReportMessage.TransferReady;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The nameserver's mind. Events come in with the time; transactions for the store and orders for
 * the tablets go out. Deterministic; not thread-safe: every call comes from the owning loop.
 *
 * <p>One transaction is under way at a time; what comes up meanwhile makes the next. A transaction
 * that fails, or whose fate is unknown, makes the controller read everything anew and decide again:
 * decisions are derived from what is seen, never replayed.
 *
 * <p>While it is not active it only listens, so that it knows the tablets when its time comes.
 */
public final class Controller {
  private static final int WAITING_COMMANDS = 1000;

  /** How often a command may find the store unwilling before its sender is told. */
  private static final int COMMAND_ATTEMPTS = 5;

  /**
   * @param attempt what was last written for it; null when nothing was
   */
  private record Command(
      AdminCommand command, Consumer<AdminResult> done, int failures, CommandAttempt attempt) {
    Command failedOnceMore() {
      return new Command(command, done, failures + 1, attempt);
    }

    Command attempted(CommandAttempt newAttempt) {
      return new Command(command, done, failures, newAttempt);
    }
  }

  private record Awaiting(Goal goal, Consumer<AdminResult> done, long deadline) {}

  private final ControllerSettings settings;
  private final MetaStore store;
  private final ControlOutbox outbox;
  private final ClusterListener listener;
  private final TabletRegistry tablets;
  private final FailureFreeze freeze;
  private final ClusterSight sight;
  private final TruthCheck truth;
  private final CommitWatch commits = new CommitWatch();
  private final LossDesk losses;
  private final RecoveryReader recoveries;
  private final ConditionReader conditions;
  private final ConditionLog conditionLog = new ConditionLog();
  private final PartitionSupervisor supervisor;
  private final AdminDesk admin;
  private final DepartureDesk departures;
  private final OpEngine ops;
  private final SpareRebuild rebuild;
  private final OpDesk opDesk;
  private final OpOrders opOrders;
  private final OwnDecisions ownDecisions;
  private final SystemTableKeeper systemTables;
  private final Map<PartitionId, PartitionWatch> watches = new TreeMap<>();
  private final ArrayDeque<Command> commands = new ArrayDeque<>();
  private final List<Awaiting> awaiting = new ArrayList<>();

  private ClusterState state;
  private long epoch;
  private boolean active;
  private boolean loading;
  private boolean newInOffice;
  private long activatedAt;
  private long wallMillis;
  private long checkedAt = PartitionWatch.NEVER;
  private long ticket;
  private MetaTransaction underWay;
  private boolean commandsWereLast;
  private final List<Command> underWayCommands = new ArrayList<>();
  private final List<Goal> underWayGoals = new ArrayList<>();

  /**
   * @param listener told of every change of the truth and of the tablets' health
   */
  public Controller(
      ControllerSettings settings,
      Mutants mutants,
      MetaStore store,
      ControlOutbox outbox,
      ClusterListener listener) {
    this.settings = settings;
    this.store = store;
    this.outbox = outbox;
    this.listener = listener;
    this.tablets = new TabletRegistry(settings.suspectNanos());
    this.freeze = new FailureFreeze(settings.safety(), settings.suspectNanos(), mutants, tablets);
    this.sight = new ClusterSight(tablets, freeze);
    this.truth = new TruthCheck(mutants);
    this.losses =
        new LossDesk(
            settings,
            mutants,
            tablets,
            new ElectionPlanner(mutants, settings.strictTail()),
            commits);
    this.recoveries = new RecoveryReader(tablets, losses, commits);
    Spares spares = new Spares(tablets);
    this.conditions =
        new ConditionReader(
            tablets, new ElectionPlanner(mutants, settings.strictTail()), freeze, truth, spares);
    this.supervisor = new PartitionSupervisor(settings, mutants, tablets, freeze, outbox);
    Goals goals = new Goals(tablets);
    Levelling levelling = new Levelling(tablets, supervisor.changes(), spares);
    this.systemTables =
        new SystemTableKeeper(settings.systemTables(), spares, settings.allDownGraceNanos());
    this.admin =
        new AdminDesk(tablets, supervisor.changes(), goals, spares, levelling, systemTables);
    this.ops =
        new OpEngine(
            settings.ops(),
            mutants,
            new OpPlans(mutants, tablets, supervisor.changes(), goals),
            WholeOps.all(
                mutants, tablets, sight, spares, levelling, settings.ops().lastRetryMillis()));
    this.rebuild =
        new SpareRebuild(tablets, sight, spares, goals, ops, settings.ops().coalesceMillis());
    this.opDesk = new OpDesk(ops);
    this.opOrders = new OpOrders(tablets, outbox, settings.ops());
    this.ownDecisions = new OwnDecisions(settings.ops(), ops, tablets);
    this.departures = new DepartureDesk(supervisor.changes());
  }

  // ---- being the active one

  /** This nameserver has taken the given epoch. Its first act is to read the truth. */
  public void activate(long newEpoch, long now) {
    epoch = newEpoch;
    active = true;
    newInOffice = true;
    activatedAt = now;
    sight.tookOffice(now);
    truth.reset();
    conditionLog.reset();
    reload();
  }

  /** Another nameserver has taken over, or may have. */
  public void deactivate() {
    if (!active) {
      return;
    }
    active = false;
    loading = false;
    state = null;
    underWay = null;
    watches.clear();
    AdminResult refusal =
        new AdminResult(AdminResult.NOT_ACTIVE, "nameserver is not leader: it lost its leadership");
    underWayCommands.forEach(command -> command.done().accept(refusal));
    underWayCommands.clear();
    underWayGoals.clear();
    commands.forEach(command -> command.done().accept(refusal));
    commands.clear();
    losses.reset(refusal);
    awaiting.forEach(waiting -> waiting.done().accept(refusal));
    awaiting.clear();
  }

  public boolean isActive() {
    return active;
  }

  /** Whether it is active and has read the truth. */
  public boolean isReady() {
    return active && state != null;
  }

  /** The truth as far as it is known; null unless {@link #isReady}. Not to be kept. */
  public ClusterState state() {
    return state;
  }

  public TabletRegistry tablets() {
    return tablets;
  }

  public long epoch() {
    return epoch;
  }

  private void reload() {
    loading = true;
    underWay = null;
    state = null;
    truth.asking();
    store.load(++ticket);
  }

  // ---- what the store answers

  /**
   * Everything was read anew.
   *
   * @param ofTicket the read that this is the result of
   * @param storedEpoch the epoch that was read with it; a higher one than this nameserver's means
   *     that another has taken over
   */
  public void onLoaded(long ofTicket, long storedEpoch, ClusterState loaded, long now) {
    if (!active || !loading || ofTicket != ticket) {
      return;
    }
    loading = false;
    if (storedEpoch != epoch) {
      deactivate();
      return;
    }
    state = loaded;
    boolean trusted = !truth.isRolledBack();
    truth.loaded(state);
    if (trusted && truth.isRolledBack()) {
      listener.onTruthTooOld(truth.mistrusted());
    }
    if (newInOffice) {
      newInOffice = false;
      ops.tookOver(state);
    }
    // What came while the truth was being read.
    tablets.all().forEach(tablet -> truth.look(tablet, epoch, state));
    for (PartitionId id : state.partitionIds()) {
      state.partition(id).members().tablets().forEach(tablet -> tablets.expect(tablet, now));
      state.partition(id).learners().forEach(tablet -> tablets.expect(tablet, now));
    }
    listener.onLoaded(state);
  }

  /** A transaction has ended. */
  public void onCommitted(MetaTransaction transaction, CommitResult result, long now) {
    // Identity, not equality: after a reload the same changes may be under way once more.
    if (!active || transaction != underWay) {
      return;
    }
    underWay = null;
    if (result != CommitResult.DONE) {
      retryCommands();
      reload();
      return;
    }
    for (MetaChange change : transaction.changes()) {
      state.apply(change);
      if (change instanceof MetaChange.TableDropped drop) {
        watches.keySet().removeIf(id -> id.tid() == drop.table().tid());
        conditionLog.forget(drop.table().tid());
        losses.forget(drop.table().tid());
        commits.forget(drop.table().tid());
      } else if (change instanceof MetaChange.LossReported reported) {
        losses.reported(reported.report());
      }
      listener.onChanged(change);
    }
    for (int i = 0; i < underWayCommands.size(); i++) {
      finish(underWayCommands.get(i), underWayGoals.get(i), now);
    }
    underWayCommands.clear();
    underWayGoals.clear();
  }

  /**
   * Undecided commands are decided again on what is true then; ones that were done meanwhile find
   * that out. But not for ever: a command that the store never takes (too large, say) would keep
   * every other command and every failover behind it.
   */
  private void retryCommands() {
    List<Command> failed = List.copyOf(underWayCommands);
    underWayCommands.clear();
    underWayGoals.clear();
    for (int i = failed.size() - 1; i >= 0; i--) {
      Command command = failed.get(i).failedOnceMore();
      if (command.failures() < COMMAND_ATTEMPTS) {
        commands.addFirst(command);
      } else {
        command
            .done()
            .accept(
                new AdminResult(
                    AdminResult.SET_ZK_FAILED,
                    "set zk failed: tried "
                        + COMMAND_ATTEMPTS
                        + " times; it may be done or not, look before repeating it"));
      }
    }
  }

  private void finish(Command command, Goal goal, long now) {
    AdminResult reached = goal == null ? AdminResult.OK : goal.reached(state);
    if (reached != null) {
      command.done().accept(reached);
    } else {
      awaiting.add(new Awaiting(goal, command.done(), now + settings.createNanos()));
    }
  }

  // ---- what tablets say

  public void onMessage(NodeId from, Message message, long now) {
    if (message instanceof TabletReport report) {
      tablets.onReport(from, report, now);
      report.replicas().forEach(commits::onStatus);
      if (isReady()) {
        retire(from, report);
        truth.look(tablets.find(from), epoch, state);
        answerDeparture(from);
      }
    } else if (!isReady()) {
      return;
    } else if (message instanceof Fenced answer) {
      PartitionWatch watch = watchOf(answer.partition());
      PartitionRecord record = state.partition(answer.partition());
      if (watch != null && record.phase() == Phase.ELECT && record.term() == answer.term()) {
        watch.answered(from, answer);
      }
    } else if (message instanceof ChangeMembers request) {
      PartitionWatch watch = watchOf(request.partition());
      PartitionRecord record = state.partition(request.partition());
      if (watch != null && from.equals(record.leader()) && request.term() == record.term()) {
        watch.request(request);
      }
    } else if (message instanceof ReachReport report) {
      PartitionWatch watch = watchOf(report.partition());
      if (watch != null) {
        watch.reach().onReport(from, report, now);
      }
    } else if (message instanceof MemberUnfit alarm) {
      if (leads(from, alarm.partition(), alarm.term())) {
        listener.onMemberUnfit(from, alarm);
      }
    } else if (message instanceof RelieveMe request) {
      if (leads(from, request.partition(), request.term())) {
        watchOf(request.partition()).transfer().reliefWanted(request.successor(), now);
        listener.onReliefWanted(from, request);
      }
    } else if (message instanceof TransferReady transfer) {
      if (leads(from, transfer.partition(), transfer.term())) {
        watchOf(transfer.partition()).transfer().ready(transfer.target(), now);
      }
    } else if (message instanceof SilenceReport report) {
      for (Silence silence : report.silences()) {
        PartitionWatch watch = watchOf(silence.partition());
        if (watch != null) {
          watch.silent(from, silence, now);
        }
      }
    }
  }

  private boolean leads(NodeId tablet, PartitionId partition, long term) {
    PartitionRecord record = state.partition(partition);
    return record != null
        && record.phase() == Phase.LEAD
        && record.term() == term
        && tablet.equals(record.leader());
  }

  private void answerDeparture(NodeId from) {
    TabletHealth health = tablets.find(from);
    if (health.departure() != Departure.NONE) {
      outbox.send(
          from, departures.answer(epoch, from, health.incarnation(), health.departure(), state));
    }
  }

  private void retire(NodeId from, TabletReport report) {
    for (ReplicaStatus status : report.replicas()) {
      if (state.isDropped(status.id().tid())) {
        outbox.send(from, new DropReplica(epoch, status.id()));
      }
    }
  }

  private PartitionWatch watchOf(PartitionId partition) {
    PartitionRecord record = state.partition(partition);
    if (record == null) {
      return null;
    }
    PartitionWatch watch = watches.computeIfAbsent(partition, id -> new PartitionWatch());
    watch.enter(record);
    return watch;
  }

  /** The connection to or from a tablet was closed or refused. */
  public void onTabletClosed(NodeId tablet, long now) {
    tablets.onClosed(tablet, now);
  }

  // ---- what operators want

  /**
   * Carries out a command.
   *
   * @param done told once how it ended
   */
  public void submit(AdminCommand command, Consumer<AdminResult> done) {
    if (active && commands.size() >= WAITING_COMMANDS) {
      done.accept(
          new AdminResult(
              AdminResult.CREATE_OP_FAILED,
              WAITING_COMMANDS + " commands are waiting already; nothing was done, try again"));
    } else if (active) {
      commands.addLast(new Command(command, done, 0, null));
    } else {
      done.accept(new AdminResult(AdminResult.NOT_ACTIVE, "nameserver is not leader"));
    }
  }

  /** What a command would come to if it were given now; only while {@link #isReady}. */
  public CommandPreview preview(AdminCommand command) {
    if (truth.isRolledBack()) {
      return new CommandPreview(
          new AdminResult(AdminResult.SET_ZK_FAILED, truth.mistrusted()), List.of());
    }
    if (OpDesk.isAboutOps(command)) {
      return new OpPreview(opDesk, admin).of(command, state, wallMillis);
    }
    return PreviewText.canBePreviewed(command)
        ? admin.preview(command, state)
        : new CommandPreview(
            new AdminResult(AdminResult.INVALID_PARAMETER, "it has no dry run"), List.of());
  }

  // ---- deciding

  /**
   * To be called every few milliseconds, and after each burst of events.
   *
   * @param newWallMillis the time of day, in milliseconds since 1970: operations outlive a
   *     nameserver, and so do their deadlines
   */
  public void endOfTurn(long now, long newWallMillis) {
    wallMillis = newWallMillis;
    tablets.refresh(now).forEach(listener::onTabletChanged);
    if (freeze.look(now)) {
      listener.onFreezeChanged(freeze.isFrozen());
    }
    if (!isReady()) {
      return;
    }
    settleAwaiting(now);
    if (underWay == null && truth.isInDoubt() && isCheckDue(now)) {
      reload();
      return;
    }
    AdminCommand own = truth.isRolledBack() ? null : systemTables.next(state, now);
    if (own != null) {
      submit(own, result -> systemTables.answered());
    }
    if (underWay == null) {
      decide(now);
    }
    if (isReady()) {
      order(now);
      if (conditionLog.isDue(now)) {
        tellConditions();
      }
    }
  }

  /** What tablets say keeps coming; to read everything again and again would help nobody. */
  private boolean isCheckDue(long now) {
    if (checkedAt != PartitionWatch.NEVER && now - checkedAt < settings.suspectNanos()) {
      return false;
    }
    checkedAt = now;
    return true;
  }

  private void tellConditions() {
    for (PartitionId id : state.partitionIds()) {
      PartitionCondition condition = condition(id);
      if (conditionLog.isNew(id, condition)) {
        listener.onCondition(id, condition);
      }
    }
  }

  /** How a partition is, and for whom it waits; only while {@link #isReady}. */
  public PartitionCondition condition(PartitionId id) {
    PartitionRecord record = state.partition(id);
    return conditions.read(record, state.table(id.tid()), watchOf(id), state);
  }

  /** What there is of a partition, and what could be done; only while {@link #isReady}. */
  public RecoveryPlan recovery(PartitionId id) {
    return recoveries.read(state.partition(id), state, watchOf(id), condition(id));
  }

  /** Where an operation stands; only while {@link #isReady}. */
  public OpView op(OpRecord op) {
    OpLook look = ops.look(op, state);
    return new OpView(op, look.task().wireName(), look.text());
  }

  /** Why this nameserver does not trust what ZooKeeper holds; empty when it does. */
  public String mistrusted() {
    return truth.mistrusted();
  }

  /**
   * Whether everybody who may know better than the record has had the time to say so. A nameserver
   * that has just started has heard nobody yet.
   */
  private boolean hasListened(PartitionRecord record, long now) {
    return now - activatedAt >= settings.suspectNanos()
        || record.holders().stream()
            .allMatch(tablet -> tablets.find(tablet) != null && tablets.find(tablet).hasSpoken());
  }

  private void decide(long now) {
    TransactionDraft draft = new TransactionDraft(state);
    if (commandsWereLast) {
      // In turns: a stream of commands must not keep a partition without its leader.
      superviseInto(draft, now);
    }
    commandsWereLast = false;
    while (!commands.isEmpty() && draft.isEmpty()) {
      commandInto(draft, commands.removeFirst(), now);
    }
    if (draft.isEmpty()) {
      superviseInto(draft, now);
    }
    if (!draft.isEmpty()) {
      underWay = new MetaTransaction(epoch, draft.transaction());
      store.commit(underWay);
    }
  }

  private void commandInto(TransactionDraft draft, Command command, long now) {
    if (truth.isRolledBack()) {
      command.done().accept(new AdminResult(AdminResult.SET_ZK_FAILED, truth.mistrusted()));
      return;
    }
    if (command.command() instanceof AdminCommand.AcceptLoss wish) {
      losses.submit(wish, state, this::watchOf, command.done());
      return;
    }
    if (command.attempt() != null && command.attempt().wasWritten(state)) {
      // Its first answer got lost; to refuse it for what it has done itself would be a lie.
      finish(command, command.attempt().goal(), now);
      return;
    }
    if (OpDesk.isAboutOps(command.command())) {
      long lastOpId = draft.lastOpId();
      AdminResult refusal = opDesk.decide(command.command(), draft, wallMillis);
      if (refusal == null) {
        boolean begins = draft.lastOpId() > lastOpId;
        write(command, draft, begins ? OpGoals.begun(List.of(draft.lastOpId())) : null);
      } else {
        command.done().accept(refusal);
      }
      return;
    }
    AdminDesk.Plan plan = admin.plan(command.command(), state);
    if (plan.refusal() != null) {
      command.done().accept(plan.refusal());
      return;
    }
    plan.changes().forEach(draft::add);
    List<Long> ids = ops.open(draft, plan.ops(), wallMillis);
    Goal goal = plan.goal();
    if (!ids.isEmpty()) {
      goal = plan.waits() ? OpGoals.over(ids) : OpGoals.begun(ids);
    }
    if (draft.isEmpty()) {
      finish(command, goal, now);
    } else {
      write(command, draft, goal);
    }
  }

  private void write(Command command, TransactionDraft draft, Goal goal) {
    underWayCommands.add(command.attempted(new CommandAttempt(draft.transaction(), goal)));
    underWayGoals.add(goal);
    commandsWereLast = true;
  }

  private void superviseInto(TransactionDraft draft, long now) {
    Map<NodeId, Integer> named = new HashMap<>();
    for (PartitionId id : state.partitionIds()) {
      PartitionRecord record = state.partition(id);
      if (truth.isRefused(id) || !hasListened(record, now)) {
        continue;
      }
      if (losses.isWanted(id) && recoverInto(draft, record, now)) {
        continue;
      }
      PartitionWatch watch = watchOf(id);
      PartitionRecord next =
          supervisor.next(
              record,
              state.table(id.tid()),
              state,
              watch,
              tablet -> state.leadersOn(tablet) + named.getOrDefault(tablet, 0),
              now);
      if (next != null) {
        draft.change(next);
        ownDecisions.note(draft, record, next, watch.cause(), now, wallMillis);
        if (next.leader() != null) {
          named.merge(next.leader(), 1, Integer::sum);
        }
        if (draft.partitions() >= OpEngine.TRANSACTION_CHANGES) {
          break;
        }
      }
    }
    if (!truth.isRolledBack()) {
      sight.look(state, now);
      rebuild.decide(draft, now, wallMillis);
      ops.step(draft, wallMillis);
    }
  }

  /** Does what an operator wants for a partition that cannot go on; returns whether it did. */
  private boolean recoverInto(TransactionDraft draft, PartitionRecord record, long now) {
    PartitionId id = record.id();
    PartitionRecord next = losses.opened(record);
    if (next == null) {
      LossDesk.Conclusion end =
          losses.concluded(record, state.table(id.tid()), state, watchOf(id), now);
      if (end == null) {
        return false;
      }
      next = end.record();
      draft.add(new MetaChange.LossReported(end.report(), end.isFirst()));
    }
    draft.change(next);
    return true;
  }

  private void order(long now) {
    opOrders.order(epoch, state, now);
    supervisor.changes().beginTurn();
    for (PartitionId id : state.partitionIds()) {
      if (truth.isRefused(id)) {
        continue;
      }
      TableSpec table = state.table(id.tid());
      supervisor.order(epoch, state.partition(id), table, state, watchOf(id), now);
    }
  }

  private void settleAwaiting(long now) {
    awaiting.removeIf(
        waiting -> {
          AdminResult result = waiting.goal().reached(state);
          if (result == null && now - waiting.deadline() > 0) {
            result = waiting.goal().overdue(state);
          }
          if (result != null) {
            waiting.done().accept(result);
          }
          return result != null;
        });
  }
}
