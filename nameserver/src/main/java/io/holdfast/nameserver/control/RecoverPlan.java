package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;

/**
 * The partition serves, and the target is in sync. Asked for by an operator, so that a leader which
 * has restarted or given up is elected anew, or replaced, also while automatic failover is off. A
 * copy that was to stay a learner is left one.
 */
final class RecoverPlan implements OpPlan {
  private final Goals goals;
  private final JoinPlan join;
  private final TabletRegistry tablets;

  RecoverPlan(Goals goals, JoinPlan join, TabletRegistry tablets) {
    this.goals = goals;
    this.join = join;
    this.tablets = tablets;
  }

  @Override
  public OpLook look(OpGoal goal, PartitionRecord record, ClusterState state) {
    if (record.phase() == Phase.ELECT) {
      return OpLook.doing(
          OpTask.SELECT_LEADER, "the members are asked for their logs, term " + record.term());
    }
    if (goals.hasActiveLeader(record.id(), state)) {
      return record.wishes().lasting().contains(goal.target())
          ? OpLook.done(goal.target() + " is a learner and stays one")
          : join.look(goal, record, state);
    }
    String text = record.leader() + " is to lead, and does not";
    boolean asked = record.wishes().nextLeader() != null;
    if (state.isAutoFailover() || asked || !isLost(record)) {
      return OpLook.doing(OpTask.RECOVER_TABLE, text);
    }
    // The wish lets an election begin; its outcome is decided by the logs, not by the wish.
    return OpLook.wish(
        OpTask.RECOVER_TABLE,
        text,
        record.withWishes(record.wishes().withNextLeader(record.leader())));
  }

  /** Whether the leader is away, or leads no more. */
  private boolean isLost(PartitionRecord record) {
    TabletHealth health = tablets.find(record.leader());
    return health == null || !health.isAlive() || health.leadsNoMore(record);
  }

  @Override
  public PartitionRecord withdrawn(OpGoal goal, PartitionRecord record, ClusterState state) {
    if (record.wishes().nextLeader() != null) {
      return record.withWishes(record.wishes().withNextLeader(null));
    }
    return join.withdrawn(goal, record, state);
  }
}
