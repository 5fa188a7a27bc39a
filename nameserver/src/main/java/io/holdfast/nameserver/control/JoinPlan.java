package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionWishes;
import io.holdfast.protocol.model.ReplicaStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * The target has a copy that is in sync, or one that stays a learner. A new copy is filled as a
 * learner first. Given up, one that was made for this is removed again; one that was there before
 * stays a learner.
 */
final class JoinPlan implements OpPlan {
  private final Mutants mutants;
  private final CopyLook copies;

  JoinPlan(Mutants mutants, CopyLook copies) {
    this.mutants = mutants;
    this.copies = copies;
  }

  @Override
  public OpLook look(OpGoal goal, PartitionRecord record, ClusterState state) {
    NodeId target = goal.target();
    PartitionWishes wishes = record.wishes();
    if (record.members().contains(target)) {
      return wishes.isLeaving(target)
          ? OpLook.impossible(OpTask.DEL_REPLICA, target + " is being removed")
          : OpLook.done(target + " is in sync");
    }
    if (wishes.isLeaving(target)) {
      return OpLook.doing(
          OpTask.DROP_TABLE, "the former copy on " + target + " is to be put aside first");
    }
    if (!record.learners().contains(target)) {
      if (goal.type() != OpType.ADD_REPLICA && goal.type() != OpType.MIGRATE) {
        return OpLook.impossible(OpTask.LOAD_TABLE, target + " has no copy any more");
      }
      if (state.isDrained(target) && !mutants.has(Mutant.DRAINED_GETS_COPIES)) {
        // Asked for before that was said, and only now its turn.
        return OpLook.impossible(OpTask.LOAD_TABLE, Spares.drained(target));
      }
      List<NodeId> learners = new ArrayList<>(record.learners());
      learners.add(target);
      List<NodeId> witnesses = new ArrayList<>(record.witnesses());
      boolean moves = goal.type() == OpType.MIGRATE && record.isWitness(goal.source());
      String needless =
          goal.isWitness()
              ? Witnesses.whyNotNeeded(record, state.table(record.id().tid()).options())
              : null;
      if (needless != null) {
        return OpLook.impossible(OpTask.LOAD_TABLE, needless);
      }
      boolean witness = goal.isWitness() || moves;
      if (witness) {
        witnesses.add(target);
      }
      return OpLook.wish(
          OpTask.LOAD_TABLE,
          target + (witness ? " is to be a witness" : " is to get a copy"),
          record.withLearners(
              learners,
              goal.learner() ? wishes.withLasting(target) : wishes.withJoining(target),
              witnesses));
    }
    if (state.isOffline(target) && goal.type() == OpType.READD_REPLICA) {
      return OpLook.impossible(OpTask.CHECK_SYNC, target + " was taken out of service meanwhile");
    }
    if (goal.learner()) {
      return lasting(record, target);
    }
    OpLook way = copies.catchingUp(record, target);
    return wishes.joining().contains(target)
        ? way
        : OpLook.wish(way.task(), way.text(), record.withWishes(wishes.withJoining(target)));
  }

  private OpLook lasting(PartitionRecord record, NodeId target) {
    ReplicaStatus copy = copies.status(record, target);
    OpLook way = copies.catchingUp(record, target);
    if (!record.wishes().lasting().contains(target)) {
      PartitionWishes wishes = record.wishes().withLasting(target);
      return OpLook.wish(way.task(), way.text(), record.withWishes(wishes));
    }
    return copy != null && way.task() == OpTask.CHECK_SYNC
        ? OpLook.done(target + " follows as a learner")
        : way;
  }

  @Override
  public PartitionRecord withdrawn(OpGoal goal, PartitionRecord record, ClusterState state) {
    NodeId target = goal.target();
    PartitionWishes wishes = record.wishes();
    if (!record.learners().contains(target) || wishes.isLeaving(target)) {
      return null;
    }
    if (goal.type() == OpType.ADD_REPLICA || goal.type() == OpType.MIGRATE) {
      return record.withWishes(wishes.withLeaving(copies.copy(record, target)));
    }
    if (!wishes.joining().contains(target)) {
      return null;
    }
    // Promoted was one that had been to stay a learner.
    return record.withWishes(
        goal.type() == OpType.PROMOTE_REPLICA
            ? wishes.withLasting(target)
            : wishes.without(target));
  }
}
