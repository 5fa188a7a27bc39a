package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.LossReport;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaUid;
import java.util.List;

/**
 * What there is of a partition, and what could be done about it.
 *
 * @param condition how it is
 * @param copies every tablet that has, or shall have, a copy
 * @param needsNoLoss why nothing has to be given up; null when something has
 * @param wouldChoose the best copy that is there, by what is known now; null for none
 * @param knownCommit highest offset that a leader is known to have committed; 0 when none is known
 * @param loss what was last given up; null when nothing ever was
 */
public record RecoveryPlan(
    PartitionCondition condition,
    List<Copy> copies,
    String needsNoLoss,
    NodeId wouldChoose,
    long knownCommit,
    LossReport loss) {
  public RecoveryPlan {
    copies = List.copyOf(copies);
  }

  /**
   * One copy.
   *
   * @param memberUid the copy that the in-sync set names on this tablet; null for a learner
   * @param uid the copy that the tablet has; null when it is not heard or has none
   * @param lastTerm term of its newest record; -1 until it was asked in an election
   */
  public record Copy(
      NodeId tablet,
      boolean alive,
      ReplicaUid memberUid,
      ReplicaUid uid,
      ReplicaFlags flags,
      long lastTerm,
      long lastOffset,
      long commit) {}
}
