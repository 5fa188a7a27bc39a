package io.holdfast.tablet.partition;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.PartitionId;
import java.util.ArrayDeque;

/**
 * Frees rows that are too old, a little at each tick: a partition after the other, and a pause when
 * all have been looked at. Reads never return such rows anyway; this gives their memory back.
 */
final class GarbageCollector {
  /** Keys and entries to look at in one tick: well below a millisecond of the loop's time. */
  private static final int BUDGET = 2_000;

  private final DiskReplicaStores stores;
  private final long intervalNanos;
  private final Clock clock;
  private final ArrayDeque<PartitionId> round = new ArrayDeque<>();
  private long roundBeganAt;

  GarbageCollector(DiskReplicaStores stores, long intervalNanos, Clock clock) {
    this.stores = stores;
    this.intervalNanos = intervalNanos;
    this.clock = clock;
    this.roundBeganAt = clock.nanoTime();
  }

  void tick(long now) {
    if (round.isEmpty()) {
      if (now - roundBeganAt < intervalNanos) {
        return;
      }
      roundBeganAt = now;
      round.addAll(stores.partitions());
    }
    PartitionId partition = round.peekFirst();
    DiskReplicaStore store = partition == null ? null : stores.get(partition);
    if (store == null || store.collectGarbage(clock.currentTimeMillis(), BUDGET)) {
      round.pollFirst();
    }
  }
}
