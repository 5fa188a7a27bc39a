package io.holdfast.nameserver.state;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaUid;
import java.util.List;

/**
 * What an operator gave up so that a partition could go on: the newest such decision about it.
 *
 * @param partition which one
 * @param count how many such decisions there were about this partition
 * @param term the leadership that began with it
 * @param leader whose copy became the truth
 * @param uid identity of that copy
 * @param lastTerm term of its newest record; 0 without records
 * @param lastOffset its newest record
 * @param knownCommit highest offset that an earlier leader was known to have committed; 0 when none
 *     is known
 * @param bypassed the in-sync members that were done without
 * @param reason the operator's words
 * @param atMillis wall-clock time of the decision
 * @param open whether it is still to be shown; until the operator clears it
 */
public record LossReport(
    PartitionId partition,
    long count,
    long term,
    NodeId leader,
    ReplicaUid uid,
    long lastTerm,
    long lastOffset,
    long knownCommit,
    List<NodeId> bypassed,
    String reason,
    long atMillis,
    boolean open) {
  public LossReport {
    bypassed = List.copyOf(bypassed);
  }

  /** How many committed records are known to be missing; more may be. */
  public long knownGap() {
    return Math.max(0, knownCommit - lastOffset);
  }

  /** The same, not to be shown any more. */
  public LossReport cleared() {
    return new LossReport(
        partition,
        count,
        term,
        leader,
        uid,
        lastTerm,
        lastOffset,
        knownCommit,
        bypassed,
        reason,
        atMillis,
        false);
  }
}
