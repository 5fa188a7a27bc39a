package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionWishes;
import io.holdfast.protocol.model.TableSpec;
import java.util.Set;
import java.util.TreeSet;

/**
 * Operations about whole tablets. Their parts, one per partition, are made a few at a time; which
 * there are is seen in the records, so that the next nameserver makes the rest.
 */
final class TabletOps implements WholeOps {
  @Override
  public void step(OpEngine engine, TransactionDraft draft, OpRecord op, long wallMillis) {
    ClusterState state = draft.state();
    NodeId tablet = op.goal().target();
    boolean offline = op.goal().type() == OpType.OFFLINE_ENDPOINT;
    if (state.isOffline(tablet) != offline) {
      String other = offline ? "put back into" : "taken out of";
      String why = tablet + " was " + other + " service meanwhile";
      engine.end(draft, op, OpState.CANCELED, OpTask.NONE, "", why, wallMillis);
      return;
    }
    if (makeParts(engine, draft, op, wallMillis)) {
      return;
    }
    OpParts parts = OpParts.of(op, state);
    if (parts.open() == 0) {
      parts.end(engine, draft, progress(op, state), "", wallMillis);
    }
  }

  /** Makes parts that are missing; returns whether there were any. */
  private static boolean makeParts(
      OpEngine engine, TransactionDraft draft, OpRecord op, long wallMillis) {
    ClusterState state = draft.state();
    Set<PartitionId> made = new TreeSet<>();
    for (long id : state.ops().childrenOf(op.id())) {
      made.add(state.ops().find(id).goal().partition());
    }
    boolean missing = false;
    for (PartitionId id : state.partitionIds()) {
      if (made.contains(id) || !isPart(op.goal(), state.partition(id))) {
        continue;
      }
      missing = true;
      if (draft.size() >= OpEngine.TRANSACTION_CHANGES) {
        return true;
      }
      engine.open(
          draft,
          new OpDraft(part(op.goal(), id, state), op.id(), "part of op " + op.id()),
          false,
          wallMillis);
    }
    return missing;
  }

  static boolean isPart(OpGoal goal, PartitionRecord record) {
    NodeId tablet = goal.target();
    if (goal.type() == OpType.OFFLINE_ENDPOINT) {
      return record.members().contains(tablet);
    }
    PartitionWishes wishes = record.wishes();
    // By itself only what is missing is filled up, and nothing in manual mode.
    return record.learners().contains(tablet)
        && !wishes.lasting().contains(tablet)
        && !wishes.isLeaving(tablet);
  }

  static OpGoal part(OpGoal whole, PartitionId id, ClusterState state) {
    TableSpec table = state.table(id.tid());
    OpType type =
        whole.type() == OpType.OFFLINE_ENDPOINT ? OpType.OFFLINE_REPLICA : OpType.READD_REPLICA;
    return new OpGoal(type, table.db(), table.name(), id, null, whole.target(), false, 0);
  }

  /** How many of its parts are over. */
  @Override
  public String progress(OpRecord op, ClusterState state) {
    int all = 0;
    int over = 0;
    for (long id : state.ops().childrenOf(op.id())) {
      all++;
      over += state.ops().find(id).isOver() ? 1 : 0;
    }
    return over + " of " + all + " partitions";
  }

  /** The change that puts a tablet out of service or back; null when it is so already. */
  static MetaChange switched(NodeId tablet, boolean offline, ClusterState state) {
    return state.isOffline(tablet) == offline
        ? null
        : new MetaChange.TabletSwitched(tablet, offline);
  }
}
