package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.PartitionId;
import java.util.Map;
import java.util.TreeMap;

/** Remembers how partitions were, so that each change is told once. */
final class ConditionLog {
  private static final long LOOK_NANOS = 500_000_000L;

  private final Map<PartitionId, PartitionCondition> known = new TreeMap<>();
  private long lookedAt = PartitionWatch.NEVER;

  /** Whether it is time to look at all partitions again. */
  boolean isDue(long now) {
    if (lookedAt != PartitionWatch.NEVER && now - lookedAt < LOOK_NANOS) {
      return false;
    }
    lookedAt = now;
    return true;
  }

  /** Notes how a partition is; returns whether that is another condition than before. */
  boolean isNew(PartitionId partition, PartitionCondition condition) {
    PartitionCondition before = known.put(partition, condition);
    return before == null
        ? condition.code() != PartitionCondition.Code.HEALTHY
        : !before.equals(condition);
  }

  void forget(int tid) {
    known.keySet().removeIf(partition -> partition.tid() == tid);
  }

  void reset() {
    known.clear();
    lookedAt = PartitionWatch.NEVER;
  }
}
