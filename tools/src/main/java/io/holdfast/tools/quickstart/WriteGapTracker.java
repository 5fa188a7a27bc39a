package io.holdfast.tools.quickstart;

import java.util.Arrays;

/**
 * Measures, for each partition, the longest time from one successful write to the next. With a
 * writer that never stops, that is how long the partition took no writes.
 *
 * <p>Not thread-safe.
 */
public final class WriteGapTracker {
  private static final long NEVER = Long.MIN_VALUE;

  private final long[] lastNanos;
  private final long[] longestNanos;

  /** A tracker for partitions 0 to {@code partitions - 1}, none of which has been written. */
  public WriteGapTracker(int partitions) {
    lastNanos = new long[partitions];
    longestNanos = new long[partitions];
    Arrays.fill(lastNanos, NEVER);
  }

  /**
   * A write was acknowledged. Completions may be told out of order: one that is earlier than the
   * latest cannot lengthen a gap.
   */
  public void succeeded(int partition, long nanos) {
    if (lastNanos[partition] == NEVER) {
      lastNanos[partition] = nanos;
      return;
    }
    long gap = nanos - lastNanos[partition];
    if (gap > 0) {
      longestNanos[partition] = Math.max(longestNanos[partition], gap);
      lastNanos[partition] = nanos;
    }
  }

  /**
   * The watching ends. Time without a success up to now counts as a gap: a partition that never
   * came back must not look like one that never failed.
   */
  public void finish(long nanos) {
    for (int partition = 0; partition < lastNanos.length; partition++) {
      if (lastNanos[partition] != NEVER) {
        succeeded(partition, nanos);
      }
    }
  }

  /** Forgets the gaps so far; the last writes are still what the next gaps begin at. */
  public void forget() {
    Arrays.fill(longestNanos, 0);
  }

  /** How many partitions are watched. */
  public int partitions() {
    return lastNanos.length;
  }

  /** The longest gap so far; 0 for a partition with fewer than two writes. */
  public long longestGapNanos(int partition) {
    return longestNanos[partition];
  }
}
