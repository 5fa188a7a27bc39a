package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.PartitionRecord;

/**
 * How one kind of operation gets to its goal. Pure functions of what is seen: what has happened
 * before is in the records, or does not matter.
 */
interface OpPlan {
  OpLook look(OpGoal goal, PartitionRecord record, ClusterState state);

  /** The record without what was wished for; null when there is nothing to take back. */
  default PartitionRecord withdrawn(OpGoal goal, PartitionRecord record, ClusterState state) {
    return null;
  }
}
