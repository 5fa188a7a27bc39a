package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;

/** A partition is served again, in the term of the mark or a later one. */
final class ServedPlan implements OpPlan {
  private final Goals goals;

  ServedPlan(Goals goals) {
    this.goals = goals;
  }

  @Override
  public OpLook look(OpGoal goal, PartitionRecord record, ClusterState state) {
    if (record.phase() == Phase.ELECT) {
      return OpLook.doing(
          OpTask.SELECT_LEADER, "the members are asked for their logs, term " + record.term());
    }
    String named = record.leader() + " leads in term " + record.term();
    return record.term() >= goal.mark() && goals.hasActiveLeader(record.id(), state)
        ? OpLook.done(named)
        : OpLook.doing(OpTask.UPDATE_LEADER_INFO, named + " and does not serve yet");
  }
}
