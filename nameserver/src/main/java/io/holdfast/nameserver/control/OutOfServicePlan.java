package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.PartitionRecord;

/**
 * A tablet that is out of service is not in a partition's in-sync set. Its switch does the work.
 */
final class OutOfServicePlan implements OpPlan {
  @Override
  public OpLook look(OpGoal goal, PartitionRecord record, ClusterState state) {
    if (!record.members().contains(goal.target())) {
      return OpLook.done(goal.target() + " is not in sync any more");
    }
    if (!state.isOffline(goal.target())) {
      return OpLook.impossible(
          OpTask.DEL_REPLICA, goal.target() + " was put back into service meanwhile");
    }
    boolean leads = goal.target().equals(record.leader());
    return OpLook.doing(
        leads ? OpTask.SELECT_LEADER : OpTask.DEL_REPLICA,
        RemovePlan.stays(goal.target(), record, state));
  }
}
