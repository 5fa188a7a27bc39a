package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.control.ElectionPlanner.Basis;
import io.holdfast.nameserver.control.PartitionWatch.Cause;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.FetchLog;
import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.ControlMessage.ReachQuery;
import io.holdfast.protocol.message.ControlMessage.SilenceQuery;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Looks at one partition's record and at what the tablets say, and decides what is next: the
 * record's next state, or the orders that make reality follow the record. Nothing is remembered
 * that could not be seen again, so a new active nameserver simply goes on.
 */
final class PartitionSupervisor {
  private final ControllerSettings settings;
  private final Mutants mutants;
  private final ElectionPlanner elections;
  private final TabletRegistry tablets;
  private final FailureFreeze freeze;
  private final ShrinkArbiter arbiter;
  private final ControlOutbox outbox;
  private final TabletDuties duties;
  private final MemberAdvice advice;
  private final PlannedChanges changes;
  private final WishKeeper wishes;
  private final DivergedCopies diverged;

  PartitionSupervisor(
      ControllerSettings settings,
      Mutants mutants,
      TabletRegistry tablets,
      FailureFreeze freeze,
      ControlOutbox outbox) {
    this.settings = settings;
    this.mutants = mutants;
    this.elections = new ElectionPlanner(mutants, settings.strictTail());
    this.tablets = tablets;
    this.freeze = freeze;
    this.arbiter = new ShrinkArbiter(settings, mutants, tablets);
    this.outbox = outbox;
    this.duties = new TabletDuties(tablets);
    this.advice = new MemberAdvice(tablets, duties);
    this.changes = new PlannedChanges(settings, tablets, duties, outbox);
    this.wishes = new WishKeeper(mutants, tablets, changes, outbox);
    this.diverged = new DivergedCopies(mutants, tablets, outbox);
  }

  PlannedChanges changes() {
    return changes;
  }

  // ---- the record's next state

  /**
   * What the record should become; null when it may stay.
   *
   * @param leaders how many partitions a tablet leads already
   */
  PartitionRecord next(
      PartitionRecord record,
      TableSpec table,
      ClusterState state,
      PartitionWatch watch,
      ToIntFunction<NodeId> leaders,
      long now) {
    watch.because(Cause.ORDINARY);
    if (record.phase() == Phase.ELECT) {
      watch.forgetEarlierLives(tablets);
      NodeId heir = heir(record, watch);
      watch.missing(null);
      if (!mayConclude(record, table.options(), watch, heir, now)) {
        return null;
      }
      ElectionPlanner.Preference preference =
          new ElectionPlanner.Preference(heir, tablet -> duties.mayLead(tablet, state), leaders);
      return concluded(record, table.options(), watch, preference, now);
    }
    if (watch.request() != null) {
      PartitionRecord changed = requested(record, table, state, watch, now);
      if (changed != null) {
        return changed;
      }
    }
    // Without automatic failover an operator must have asked for another leader.
    boolean asked = record.wishes().nextLeader() != null || state.isOffline(record.leader());
    boolean over = (state.isAutoFailover() || asked) && isOver(record, table.options(), watch, now);
    if (over || changes.isPrepared(record, state, watch.transfer(), now)) {
      watch.because(over ? Cause.LEADER_LOST : Cause.PREPARED);
      return ElectionPlanner.opened(record);
    }
    return wishes.settled(record, watch.transfer());
  }

  /** The record that names a leader; null when nobody may lead, or not yet. */
  private PartitionRecord concluded(
      PartitionRecord record,
      TableOptions options,
      PartitionWatch watch,
      ElectionPlanner.Preference preference,
      long now) {
    NodeId passedOver = watch.passedOver(now);
    NodeId candidate =
        elections.candidate(record, options, watch.answers(), passedOver, preference);
    if (candidate == null) {
      return null;
    }
    watch.missing(elections.missing(record, options, watch.answers(), passedOver, candidate));
    return watch.missing() == null
        ? elections.concluded(record, options, watch.answers(), passedOver, preference)
        : null;
  }

  private static NodeId heir(PartitionRecord record, PartitionWatch watch) {
    NodeId wished = record.wishes().nextLeader();
    return wished == null ? watch.transfer().heir(record.term()) : wished;
  }

  private boolean mayConclude(
      PartitionRecord record, TableOptions options, PartitionWatch watch, NodeId heir, long now) {
    NodeId passedOver = watch.passedOver(now);
    Basis basis = elections.basis(record, options, watch.answers(), passedOver);
    long waited = watch.sufficientNanos(basis, now);
    if (basis == Basis.NONE) {
      return false;
    }
    Map<NodeId, Fenced> usable = elections.counted(record, watch.answers(), passedOver, Basis.LOSS);
    if (usable.size() == record.members().size()
        || (passedOver == null && elections.isSettled(record, options, watch.answers(), heir))) {
      // Nobody else can come, or nothing can come of it.
      return true;
    }
    boolean aliveMissing =
        record.members().tablets().stream()
            .anyMatch(
                tablet ->
                    !usable.containsKey(tablet)
                        && !tablet.equals(passedOver)
                        && tablets.isAlive(tablet));
    long patience = settings.electionGraceNanos();
    if (basis == Basis.SUSPECT) {
      patience = settings.allDownGraceNanos();
    } else if (aliveMissing) {
      patience = settings.lateAnswerNanos();
    } else if (tablets.mostAreMissing() || ElectionPlanner.neverLed(record)) {
      // Most of the cluster is just starting: those who come a moment later spare a re-join.
      patience = settings.allDownGraceNanos();
    }
    return waited >= patience;
  }

  /** What becomes of a leader's wish for other members; null while it is not decided. */
  private PartitionRecord requested(
      PartitionRecord record, TableSpec table, ClusterState state, PartitionWatch watch, long now) {
    PartitionRecord wanted = granted(record, watch.request(), state);
    if (wanted == null || wanted.members().sameAs(record.members())) {
      return wanted;
    }
    return switch (arbiter.judge(record, table.options(), watch.request(), watch, now)) {
      case GRANT -> wanted;
      case WAIT -> null;
      case ELECT_OTHERS -> {
        // Without automation nobody is elected here, and yet the leader must not go on alone.
        if (!state.isAutoFailover()) {
          yield null;
        }
        watch.because(Cause.CUT_OFF);
        watch.passOver(record.leader(), record.term() + 1, now + settings.holdNanos());
        yield ElectionPlanner.opened(record);
      }
    };
  }

  /**
   * The record with the members that its leader asked for, or once more with the old ones if it
   * must not have them; null when the request is not about this configuration.
   */
  private PartitionRecord granted(
      PartitionRecord record, ChangeMembers request, ClusterState state) {
    MemberSet wanted = request.members();
    boolean current =
        request.version() == record.version() || mutants.has(Mutant.CHANGE_BY_CONTENT);
    if (request.term() != record.term()
        || !current
        || wanted.sameAs(record.members())
        || wanted.size() == 0
        || !wanted.contains(record.leader())) {
      return null;
    }
    if (advice.addsUnwanted(record, wanted, state)) {
      // The leader must not withdraw it, since it cannot know that nobody grants it. Under a new
      // version nobody can.
      return record.renewed();
    }
    List<NodeId> learners = new ArrayList<>();
    for (NodeId tablet : record.learners()) {
      if (!wanted.contains(tablet)) {
        learners.add(tablet);
      }
    }
    for (NodeId tablet : record.members().tablets()) {
      // Who is dropped becomes a learner at once, so that it comes back without an operator.
      if (!wanted.contains(tablet)) {
        learners.add(tablet);
      }
    }
    return new PartitionRecord(
        record.id(),
        record.term(),
        record.version() + 1,
        Phase.LEAD,
        record.leader(),
        record.leaderIncarnation(),
        wanted,
        learners,
        record.waitMillis(),
        record.lossTerm(),
        record.wishes().among(wanted, learners),
        record.witnesses());
  }

  /** Whether the leadership in the record is over, or its leader lost to the group. */
  private boolean isOver(
      PartitionRecord record, TableOptions options, PartitionWatch watch, long now) {
    TabletHealth health = tablets.find(record.leader());
    if (health != null && health.isAlive()) {
      watch.cleared();
      return hasGivenUp(record, health, watch, now);
    }
    watch.suspected(now);
    if (watch.suspectNanos(now) >= settings.holdNanos() && !freeze.isFrozen()) {
      return someoneElseIsAlive(record);
    }
    int silent = 0;
    for (NodeId voter : record.members().tablets()) {
      if (!voter.equals(record.leader())
          && tablets.isAlive(voter)
          && watch.saysSilent(voter, settings.silenceNanos(), settings.suspectNanos(), now)) {
        silent++;
      }
    }
    return silent >= Math.max(1, options.acks().electionQuorum(record.members().size()));
  }

  private boolean hasGivenUp(
      PartitionRecord record, TabletHealth health, PartitionWatch watch, long now) {
    if (health.incarnation() == record.leaderIncarnation() && health.replica(record.id()) == null) {
      // Its report may have been on the way when it was named; the replica itself may be broken.
      return watch.namedNanos(now) >= settings.suspectNanos();
    }
    return health.leadsNoMore(record);
  }

  /** Whether there would be somebody to elect. */
  private boolean someoneElseIsAlive(PartitionRecord record) {
    return record.dataMembers().stream()
        .anyMatch(tablet -> !tablet.equals(record.leader()) && tablets.isAlive(tablet));
  }

  // ---- orders

  /** Repeats whatever must be said until reality follows the record. */
  void order(
      long epoch,
      PartitionRecord record,
      TableSpec table,
      ClusterState state,
      PartitionWatch watch,
      long now) {
    if (record.phase() == Phase.ELECT) {
      if (watch.orderDue(settings.resendNanos(), now)) {
        createMissing(epoch, record, table);
        fence(epoch, record, watch);
        fetch(epoch, record, watch);
      }
      return;
    }
    TabletHealth health = tablets.find(record.leader());
    ReplicaStatus status = health == null ? null : health.replica(record.id());
    boolean leads =
        status != null && status.role() == Role.LEADER && status.term() == record.term();
    if (!leads && watch.orderDue(settings.resendNanos(), now)) {
      outbox.send(record.leader(), becomeLeader(epoch, record, table, state.isAutoFailover()));
    }
    if (watch.request() != null) {
      answer(epoch, record, watch);
    }
    if (leads && watch.adviceDue(settings.adviceNanos(), now)) {
      createMissing(epoch, record, table);
      outbox.send(record.leader(), advice.of(epoch, record, table.options(), state));
      if (status.version() == record.version()) {
        // The leader counts nobody any more whom the record does not name.
        wishes.order(epoch, record);
        diverged.order(epoch, record, state);
      }
    }
    if (leads
        && status.active()
        && status.alterations() < table.alterations().version()
        && watch.orderDue(settings.resendNanos(), now)) {
      outbox.send(
          record.leader(), new AlterTable(epoch, record.id(), record.term(), table.alterations()));
    }
    if (leads) {
      changes.order(epoch, record, state, watch.transfer(), now);
    }
    if (watch.request() == null) {
      // It is decided; to ask on would never end, and the next one shall not be judged by it.
      watch.reach().reset();
    }
    if (watch.reach().isAsking() && watch.reach().queryDue(settings.resendNanos() / 2, now)) {
      askWhoReachesWhom(epoch, record);
    }
    if (watch.isSuspected() && watch.queryDue(settings.resendNanos() / 2, now)) {
      for (NodeId voter : record.members().tablets()) {
        if (!voter.equals(record.leader())) {
          outbox.send(voter, new SilenceQuery(epoch, List.of(record.id())));
        }
      }
    }
  }

  private void askWhoReachesWhom(long epoch, PartitionRecord record) {
    for (NodeId tablet : record.holders()) {
      List<NodeId> peers = new ArrayList<>(record.holders());
      peers.remove(tablet);
      outbox.send(tablet, new ReachQuery(epoch, record.id(), peers));
    }
  }

  private void fence(long epoch, PartitionRecord record, PartitionWatch watch) {
    for (NodeId tablet : record.holders()) {
      if (!watch.answers().containsKey(tablet)) {
        outbox.send(tablet, new NewTerm(epoch, record.id(), record.term()));
      }
    }
  }

  /**
   * Has the candidate copy what only a witness has. Its answer then is as good as the witness's.
   */
  private void fetch(long epoch, PartitionRecord record, PartitionWatch watch) {
    ElectionPlanner.Missing missing = watch.missing();
    if (missing != null) {
      outbox.send(
          missing.candidate(),
          new FetchLog(
              epoch,
              record.id(),
              record.term(),
              missing.source(),
              missing.lastTerm(),
              missing.lastOffset()));
    }
  }

  private static BecomeLeader becomeLeader(
      long epoch, PartitionRecord record, TableSpec table, boolean automatic) {
    return new BecomeLeader(
        epoch,
        record.id(),
        record.term(),
        record.version(),
        record.leaderIncarnation(),
        record.members(),
        record.learners(),
        record.waitMillis(),
        table.options(),
        automatic,
        record.lossTerm() == record.term(),
        record.witnesses());
  }

  /** Tells the leader what became of its request: the set it asked for, or the old one. */
  private void answer(long epoch, PartitionRecord record, PartitionWatch watch) {
    ChangeMembers request = watch.request();
    boolean byContent =
        mutants.has(Mutant.CHANGE_BY_CONTENT) && record.members().sameAs(request.members());
    boolean decided =
        request.term() == record.term() && (record.version() == request.version() + 1 || byContent);
    if (decided) {
      outbox.send(
          record.leader(),
          new MembersChanged(
              epoch,
              record.id(),
              record.term(),
              record.version(),
              record.members(),
              record.learners()));
    }
    if (decided || record.version() > request.version() + 1) {
      watch.request(null);
    }
  }

  /** Has copies made where the record says there shall be one and nobody ever counted on it. */
  private void createMissing(long epoch, PartitionRecord record, TableSpec table) {
    List<NodeId> wanted = new ArrayList<>(record.learners());
    wanted.removeIf(record.wishes()::isLeaving);
    for (Member member : record.members().members()) {
      if (!member.uid().isKnown()) {
        wanted.add(member.tablet());
      }
    }
    for (NodeId tablet : wanted) {
      TabletHealth health = tablets.find(tablet);
      if (health != null && health.isAlive() && health.replica(record.id()) == null) {
        TableSpec defined = table.with(Alterations.NONE);
        outbox.send(
            tablet, new CreateReplica(epoch, record.id(), defined, record.isWitness(tablet)));
      }
    }
  }
}
