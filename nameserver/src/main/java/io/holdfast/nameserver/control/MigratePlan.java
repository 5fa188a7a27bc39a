package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.PartitionRecord;

/** A replica moves: only when the new copy is in sync is the old one removed. */
final class MigratePlan implements OpPlan {
  private final Mutants mutants;
  private final JoinPlan join;
  private final RemovePlan remove;

  MigratePlan(Mutants mutants, JoinPlan join, RemovePlan remove) {
    this.mutants = mutants;
    this.join = join;
    this.remove = remove;
  }

  @Override
  public OpLook look(OpGoal goal, PartitionRecord record, ClusterState state) {
    if (mutants.has(Mutant.MIGRATE_REMOVES_FIRST)) {
      OpLook first = remove.look(goal.source(), record, state);
      return first.kind() == OpLook.Kind.DONE ? join.look(goal, record, state) : first;
    }
    OpLook joining = join.look(goal, record, state);
    return joining.kind() == OpLook.Kind.DONE ? remove.look(goal.source(), record, state) : joining;
  }

  @Override
  public PartitionRecord withdrawn(OpGoal goal, PartitionRecord record, ClusterState state) {
    PartitionRecord kept = remove.withdrawn(goal.source(), record);
    return kept == null ? join.withdrawn(goal, record, state) : kept;
  }
}
