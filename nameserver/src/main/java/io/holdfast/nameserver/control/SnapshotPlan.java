package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaStatus;

/** Whoever leads has a snapshot that reaches to the mark. {@link OpOrders} asks for it. */
final class SnapshotPlan implements OpPlan {
  private final CopyLook copies;

  SnapshotPlan(CopyLook copies) {
    this.copies = copies;
  }

  @Override
  public OpLook look(OpGoal goal, PartitionRecord record, ClusterState state) {
    if (record.phase() == Phase.ELECT) {
      return OpLook.doing(OpTask.MAKE_SNAPSHOT, "a leader is being elected");
    }
    NodeId leader = record.leader();
    ReplicaStatus status = copies.status(record, leader);
    if (status == null) {
      return OpLook.doing(OpTask.MAKE_SNAPSHOT, leader + " is not up; it is waited for");
    }
    String reaches = "the snapshot of " + leader + " reaches to offset " + status.snapshotOffset();
    return status.snapshotOffset() >= goal.mark()
        ? OpLook.done(reaches)
        : OpLook.doing(OpTask.MAKE_SNAPSHOT, reaches + ", it is to reach to " + goal.mark());
  }
}
