package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaStatus;
import java.util.Map;
import java.util.TreeMap;

/**
 * The highest offset of each partition that a leader has said it committed. For people only: no
 * decision is based on it, because a leader may have committed more and died before it could say.
 */
final class CommitWatch {
  private final Map<PartitionId, Long> commits = new TreeMap<>();

  void onStatus(ReplicaStatus status) {
    if (status.active()) {
      commits.merge(status.id(), status.commit(), Math::max);
    }
  }

  /** 0 when nothing is known. */
  long highest(PartitionId id) {
    return commits.getOrDefault(id, 0L);
  }

  void forget(int tid) {
    commits.keySet().removeIf(id -> id.tid() == tid);
  }
}
