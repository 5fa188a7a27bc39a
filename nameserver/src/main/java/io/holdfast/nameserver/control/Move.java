package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;

/**
 * One copy, or the leadership of one partition, goes from one tablet to another.
 *
 * @param leads whether it is the leadership
 */
record Move(PartitionId partition, NodeId from, NodeId to, boolean leads) {
  static Move copy(PartitionId partition, NodeId from, NodeId to) {
    return new Move(partition, from, to, false);
  }

  static Move leadership(PartitionId partition, NodeId from, NodeId to) {
    return new Move(partition, from, to, true);
  }

  void applyTo(Layout layout) {
    if (leads) {
      layout.lead(partition, to);
    } else {
      layout.move(partition, from, to);
    }
  }

  /** What an operation has to bring about for it. A learner that is to stay one does. */
  OpGoal goal(TableSpec table, PartitionRecord record) {
    boolean learner = !leads && record.wishes().lasting().contains(from);
    OpType type = leads ? OpType.CHANGE_LEADER : OpType.MIGRATE;
    return new OpGoal(type, table.db(), table.name(), partition, from, to, learner, 0);
  }
}
