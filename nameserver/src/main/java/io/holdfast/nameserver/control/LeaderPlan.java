package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;

/** Another member leads: the target, or any but the source. The leader makes way first. */
final class LeaderPlan implements OpPlan {
  private final PlannedChanges changes;
  private final Goals goals;
  private final Candidates candidates;

  LeaderPlan(PlannedChanges changes, Goals goals, Candidates candidates) {
    this.changes = changes;
    this.goals = goals;
    this.candidates = candidates;
  }

  @Override
  public OpLook look(OpGoal goal, PartitionRecord record, ClusterState state) {
    if (record.phase() == Phase.ELECT) {
      return OpLook.doing(OpTask.CHANGE_LEADER, "a leader is elected in term " + record.term());
    }
    NodeId leader = record.leader();
    NodeId target = goal.target();
    boolean leads = target == null ? !leader.equals(goal.source()) : leader.equals(target);
    if (leads) {
      return goals.hasActiveLeader(record.id(), state)
          ? OpLook.done(leader + " leads in term " + record.term())
          : OpLook.doing(OpTask.UPDATE_LEADER_INFO, leader + " is named and does not serve yet");
    }
    NodeId next = record.wishes().nextLeader();
    if (next != null && (target == null || next.equals(target))) {
      return OpLook.doing(
          OpTask.SELECT_LEADER, leader + " makes way: " + next + " has to catch up with it");
    }
    NodeId chosen = target == null ? anyone(record, state) : target;
    if (chosen == null) {
      return OpLook.impossible(OpTask.SELECT_LEADER, whyNone(record, state));
    }
    String cannot = candidates.whyNot(record, chosen, state);
    if (cannot != null) {
      return OpLook.impossible(OpTask.SELECT_LEADER, cannot);
    }
    return OpLook.wish(
        OpTask.SELECT_LEADER,
        chosen + " did not catch up with " + leader + " in time, which still leads",
        record.withWishes(record.wishes().withNextLeader(chosen)));
  }

  /** Why nobody can lead instead of the leader. */
  String whyNone(PartitionRecord record, ClusterState state) {
    return "no alive follower: " + candidates.whyNone(record, state);
  }

  /** The in-sync replica that leads the fewest partitions; null when none can take over. */
  NodeId anyone(PartitionRecord record, ClusterState state) {
    NodeId best = null;
    for (NodeId tablet : record.members().tablets()) {
      if (changes.canTakeOver(record, tablet)
          && changes.mayLead(record, tablet, state)
          && (best == null || state.leadersOn(tablet) < state.leadersOn(best))) {
        best = tablet;
      }
    }
    return best;
  }

  @Override
  public PartitionRecord withdrawn(OpGoal goal, PartitionRecord record, ClusterState state) {
    NodeId next = record.wishes().nextLeader();
    boolean mine = next != null && (goal.target() == null || next.equals(goal.target()));
    // The pause that the leader was asked for ends by itself.
    return mine ? record.withWishes(record.wishes().withNextLeader(null)) : null;
  }
}
