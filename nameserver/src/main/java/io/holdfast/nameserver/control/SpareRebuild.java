package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes the copies of tablets that stay away anew on others. A tablet that is back in time fills
 * its copies up, which costs less; one that is not would leave its partitions one failure nearer to
 * their end for ever.
 *
 * <p>Each copy is an operation of the nameserver's own, a move away from the tablet that is gone.
 * It is given up when that tablet is back before the new copy counts.
 */
final class SpareRebuild {
  /** Copies that are made at a time; what they take from clients is bounded by each sender. */
  private static final int AT_ONCE = 16;

  private static final int AT_ONCE_TO_ONE = 4;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long LOOK_NANOS = 500 * NANOS_PER_MILLI;

  private final TabletRegistry tablets;
  private final ClusterSight sight;
  private final Spares spares;
  private final Goals goals;
  private final OpEngine engine;
  private final long pauseMillis;
  private long lookedAt = PartitionWatch.NEVER;

  /**
   * @param pauseMillis a copy that could not be made is not tried again for so long
   */
  SpareRebuild(
      TabletRegistry tablets,
      ClusterSight sight,
      Spares spares,
      Goals goals,
      OpEngine engine,
      long pauseMillis) {
    this.tablets = tablets;
    this.sight = sight;
    this.spares = spares;
    this.goals = goals;
    this.engine = engine;
    this.pauseMillis = pauseMillis;
  }

  /** Decides whether copies are to be made, or not to be made any more. */
  void decide(TransactionDraft draft, long now, long wallMillis) {
    if (lookedAt != PartitionWatch.NEVER && now - lookedAt < LOOK_NANOS) {
      return;
    }
    lookedAt = now;
    ClusterState state = draft.state();
    Set<NodeId> lost = lost(state, now);
    giveUp(draft, lost, wallMillis);
    if (!lost.isEmpty() && sight.isClear()) {
      begin(draft, lost, now, wallMillis);
    }
  }

  /** The tablets that are not waited for any more; none while the nameserver decides nothing. */
  private Set<NodeId> lost(ClusterState state, long now) {
    Set<NodeId> lost = new TreeSet<>();
    long waitMillis = state.nodeRemoveMillis();
    if (waitMillis == 0 || !state.isAutoFailover()) {
      return lost;
    }
    for (TabletHealth health : tablets.all()) {
      // One that an operator took out of service is the operator's to decide about.
      if (!health.isAlive()
          && health.unchangedNanos(now) / NANOS_PER_MILLI >= waitMillis
          && !state.isOffline(health.tablet())) {
        lost.add(health.tablet());
      }
    }
    return lost;
  }

  // ---- giving up

  private void giveUp(TransactionDraft draft, Set<NodeId> lost, long wallMillis) {
    ClusterState state = draft.state();
    for (long id : state.ops().open()) {
      OpRecord op = state.ops().find(id);
      PartitionId partition = op.goal().partition();
      if (!isRebuild(op)
          || draft.isTouched(id)
          || draft.isTouched(partition)
          || state.partition(partition) == null
          || draft.size() >= OpEngine.TRANSACTION_CHANGES) {
        continue;
      }
      String why = whyNoMore(op.goal(), state.partition(partition), lost, state);
      if (why != null) {
        engine.end(draft, op, OpState.CANCELED, OpTask.NONE, "", why, wallMillis);
      }
    }
  }

  /** Why a copy need not be made any more; null when it is to be made. */
  private String whyNoMore(
      OpGoal goal, PartitionRecord record, Set<NodeId> lost, ClusterState state) {
    if (record.members().contains(goal.target())) {
      // It is there; what is left is to put the old one aside.
      return null;
    }
    if (tablets.isAlive(goal.source())) {
      return goal.source() + " is back, with its own copy";
    }
    if (lost.contains(goal.target())) {
      return goal.target() + ", where the copy was to be made, is gone, too";
    }
    if (!state.isAutoFailover() || state.nodeRemoveMillis() == 0) {
      return "copies are not made anew any more (confget)";
    }
    return null;
  }

  /** Whether an operation is one of those that are made here. */
  static boolean isRebuild(OpRecord op) {
    return op.automatic() && op.goal().type() == OpType.MIGRATE;
  }

  // ---- beginning

  private void begin(TransactionDraft draft, Set<NodeId> lost, long now, long wallMillis) {
    ClusterState state = draft.state();
    Map<NodeId, Integer> to = new HashMap<>();
    int open = 0;
    for (long id : state.ops().open()) {
      OpRecord op = state.ops().find(id);
      if (isRebuild(op)) {
        open++;
        to.merge(op.goal().target(), 1, Integer::sum);
      }
    }
    Layout layout = open < AT_ONCE ? Layout.of(state) : null;
    for (PartitionId id : state.partitionIds()) {
      if (open >= AT_ONCE || draft.size() >= OpEngine.TRANSACTION_CHANGES) {
        return;
      }
      PartitionRecord record = state.partition(id);
      NodeId gone = missing(record, lost, state);
      if (gone == null || !isFree(draft, id, wallMillis)) {
        continue;
      }
      NodeId spare = spares.best(record, gone, layout, state);
      if (spare == null || to.getOrDefault(spare, 0) >= AT_ONCE_TO_ONE) {
        continue;
      }
      OpRecord unused =
          engine.open(
              draft,
              new OpDraft(goal(record, gone, spare, state), 0, reason(gone, state, now)),
              true,
              wallMillis);
      layout.move(id, gone, spare);
      to.merge(spare, 1, Integer::sum);
      open++;
    }
  }

  private static OpGoal goal(
      PartitionRecord record, NodeId gone, NodeId spare, ClusterState state) {
    TableSpec table = state.table(record.id().tid());
    return new OpGoal(OpType.MIGRATE, table.db(), table.name(), record.id(), gone, spare, false, 0);
  }

  private String reason(NodeId gone, ClusterState state, long now) {
    return "tablet "
        + gone
        + " is down or out of reach for "
        + tablets.find(gone).unchangedNanos(now) / NANOS_PER_MILLI / 1000
        + " s, node_remove_millis is "
        + state.nodeRemoveMillis();
  }

  /**
   * A tablet that is gone and whose copy is needed; null for none. Only of partitions that are
   * served: from nobody else could the new copy be filled.
   */
  private NodeId missing(PartitionRecord record, Set<NodeId> lost, ClusterState state) {
    if (record.phase() != Phase.LEAD || !goals.hasActiveLeader(record.id(), state)) {
      return null;
    }
    TableOptions options = state.table(record.id().tid()).options();
    int copies = 0;
    int witnesses = 0;
    NodeId copy = null;
    NodeId witness = null;
    for (NodeId tablet : record.holders()) {
      boolean counts =
          !record.wishes().isLeaving(tablet) && !record.wishes().lasting().contains(tablet);
      if (!counts) {
        continue;
      }
      boolean isLost = lost.contains(tablet);
      if (record.isWitness(tablet)) {
        witnesses += isLost ? 0 : 1;
        witness = isLost ? tablet : witness;
      } else {
        copies += isLost ? 0 : 1;
        copy = isLost ? tablet : copy;
      }
    }
    if (copy != null && copies < options.replicas()) {
      return copy;
    }
    return witness != null && witnesses < options.witnesses() ? witness : null;
  }

  /** Whether nothing else is done about a partition, and no attempt has just failed. */
  private boolean isFree(TransactionDraft draft, PartitionId id, long wallMillis) {
    if (draft.isTouched(id)) {
      return false;
    }
    List<OpRecord> ops =
        draft.state().ops().of(id).stream().map(draft.state().ops()::find).toList();
    return ops.stream()
        .allMatch(
            op ->
                op.isOver()
                    && !(isRebuild(op)
                        && op.state() != OpState.DONE
                        && wallMillis - op.course().endMillis() < pauseMillis));
  }
}
