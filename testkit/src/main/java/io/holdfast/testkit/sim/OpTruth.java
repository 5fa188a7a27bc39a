package io.holdfast.testkit.sim;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionWishes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What must be true of operations after every transaction, seen from above. */
final class OpTruth {
  private final Map<Long, OpState> ended = new TreeMap<>();
  private long lastId;

  /** Somebody puts back what stood in ZooKeeper some time ago. */
  void onRestored(long lastIdThen) {
    ended.clear();
    lastId = lastIdThen;
  }

  /**
   * A transaction is the truth now.
   *
   * @param before the records that it has changed, as they were
   */
  void onTransaction(
      MetaTransaction transaction, Map<PartitionId, PartitionRecord> before, ClusterState after) {
    Set<PartitionId> served = new HashSet<>();
    for (MetaChange change : transaction.changes()) {
      if (change instanceof MetaChange.OpCreated created) {
        if (created.op().id() <= lastId) {
          throw new Violation("25 operations", "an id is given out again: " + created.op());
        }
        onOp(created.op(), served);
      } else if (change instanceof MetaChange.OpChanged changed) {
        onOp(changed.op(), served);
      } else if (change instanceof MetaChange.OpDeleted deleted) {
        ended.remove(deleted.id());
      }
    }
    lastId = after.ops().lastId();
    oneAtATime(after, transaction);
    before.forEach((id, record) -> wishes(record, after.partition(id), after, served));
  }

  private void onOp(OpRecord op, Set<PartitionId> served) {
    if (op.goal().partition() != null) {
      served.add(op.goal().partition());
    }
    if (ended.containsKey(op.id())) {
      throw new Violation("25 operations", "it was over already: " + op);
    }
    if (op.isOver()) {
      ended.put(op.id(), op.state());
    }
  }

  private static void oneAtATime(ClusterState after, MetaTransaction transaction) {
    Map<PartitionId, OpRecord> running = new HashMap<>();
    for (OpRecord op : after.ops().all()) {
      PartitionId partition = op.goal().partition();
      if (partition != null && op.state() == OpState.DOING) {
        OpRecord other = running.put(partition, op);
        if (other != null) {
          throw new Violation(
              "25 operations",
              "a partition is at two: " + other + ", " + op + " after " + transaction);
        }
      }
    }
  }

  /** What is newly wished for is the wish of an operation that can be seen. */
  private static void wishes(
      PartitionRecord before, PartitionRecord after, ClusterState state, Set<PartitionId> served) {
    PartitionWishes old = before.wishes();
    PartitionWishes now = after.wishes();
    boolean wished =
        (now.nextLeader() != null && !now.nextLeader().equals(old.nextLeader()))
            || !old.joining().containsAll(now.joining())
            || !old.lasting().containsAll(now.lasting())
            || !old.leaving().containsAll(now.leaving());
    OpRecord running = state.ops().running(after.id());
    if (wished && running == null && !served.contains(after.id())) {
      throw new Violation("25 operations", "nobody says who wishes: " + after);
    }
    for (NodeId tablet : after.learners()) {
      if (!before.involves(tablet) && state.isDrained(tablet)) {
        throw new Violation(
            "25 operations", tablet + " is to be emptied, and gets a copy: " + after);
      }
    }
    for (Member leaving : now.leaving()) {
      NodeId tablet = leaving.tablet();
      boolean moves =
          running != null
              && running.goal().type() == OpType.MIGRATE
              && tablet.equals(running.goal().source());
      if (moves && !old.isLeaving(tablet) && !hasMoved(running.goal(), before, after)) {
        throw new Violation("25 operations", "removed before it has moved: " + after);
      }
    }
  }

  /** The new copy counts, or else the old one did not either: it was to stay a learner. */
  private static boolean hasMoved(OpGoal goal, PartitionRecord before, PartitionRecord after) {
    return goal.learner()
        ? after.wishes().lasting().contains(goal.target())
            && !before.members().contains(goal.source())
        : after.members().contains(goal.target());
  }
}
