package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableOptions;

/** The target has no part in the partition: out of the in-sync set first, then put aside. */
final class RemovePlan implements OpPlan {
  private final CopyLook copies;

  RemovePlan(CopyLook copies) {
    this.copies = copies;
  }

  @Override
  public OpLook look(OpGoal goal, PartitionRecord record, ClusterState state) {
    return look(goal.target(), record, state);
  }

  OpLook look(NodeId leaving, PartitionRecord record, ClusterState state) {
    if (!record.involves(leaving)) {
      return OpLook.done(leaving + " has no part in it any more");
    }
    boolean counted = record.members().contains(leaving);
    if (record.wishes().isLeaving(leaving)) {
      return counted
          ? OpLook.doing(OpTask.DEL_REPLICA, stays(leaving, record, state))
          : OpLook.doing(OpTask.DROP_TABLE, leaving + " is to put its copy aside");
    }
    if (counted && !canSpare(record, leaving, state)) {
      // As the command would be refused now. Waiting, it would be in the way of what could help.
      return OpLook.impossible(OpTask.DEL_REPLICA, stays(leaving, record, state));
    }
    return OpLook.wish(
        OpTask.DEL_REPLICA,
        leaving + " is to leave",
        record.withWishes(record.wishes().withLeaving(copies.copy(record, leaving))));
  }

  private static boolean canSpare(PartitionRecord record, NodeId tablet, ClusterState state) {
    TableOptions options = state.table(record.id().tid()).options();
    return MemberAdvice.canSpare(record, tablet, options);
  }

  /** Why a copy is still in the set. */
  static String stays(NodeId tablet, PartitionRecord record, ClusterState state) {
    if (!canSpare(record, tablet, state)) {
      return tablet
          + " is needed: in sync are only "
          + record.dataMembers()
          + "; another copy has to be in sync first";
    }
    return record.phase() == Phase.LEAD && tablet.equals(record.leader())
        ? tablet + " still leads; another one takes over first"
        : tablet + " is to be left out of the in-sync set by its leader";
  }

  @Override
  public PartitionRecord withdrawn(OpGoal goal, PartitionRecord record, ClusterState state) {
    return withdrawn(goal.target(), record);
  }

  /** What is out of the set is not used again, so only a member can stay. */
  PartitionRecord withdrawn(NodeId leaving, PartitionRecord record) {
    return record.wishes().isLeaving(leaving) && record.members().contains(leaving)
        ? record.withWishes(record.wishes().without(leaving))
        : null;
  }
}
