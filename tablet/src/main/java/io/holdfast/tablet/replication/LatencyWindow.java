package io.holdfast.tablet.replication;

import java.util.Arrays;

/**
 * How long something took over the last few seconds: a moving average, and percentiles with an
 * error of a quarter. Takes a fixed amount of memory and allocates nothing after it was made.
 *
 * <p>Two histograms take turns: one is filled for half a window, the other holds the half before.
 * So an answer covers between half a window and a whole one.
 */
final class LatencyWindow {
  /** Below this everything is one: 65 microseconds. */
  private static final int UNIT_BITS = 16;

  /** Four buckets for each doubling, up to about a minute. */
  private static final int BUCKETS = 80;

  private static final int EWMA_SHIFT = 3;

  private final long halfNanos;
  private int[] filling = new int[BUCKETS];
  private int[] full = new int[BUCKETS];
  private int fillingCount;
  private int fullCount;
  private boolean begun;
  private long turnedAt;
  private long ewmaNanos;

  LatencyWindow(long windowNanos) {
    this.halfNanos = windowNanos / 2;
  }

  void record(long nanos, long now) {
    turn(now);
    filling[bucketOf(nanos)]++;
    fillingCount++;
    ewmaNanos =
        fillingCount + fullCount == 1 ? nanos : ewmaNanos + ((nanos - ewmaNanos) >> EWMA_SHIFT);
  }

  /** How many were recorded in the window. */
  int count(long now) {
    turn(now);
    return fillingCount + fullCount;
  }

  /** The moving average, whose memory is eight; 0 before the first. */
  long ewmaNanos() {
    return ewmaNanos;
  }

  /** No more than one in a hundred took longer; 0 when nothing was recorded. */
  long p99Nanos(long now) {
    int count = count(now);
    // So many of the longest are above it: none of fewer than a hundred.
    int above = count / 100;
    int bucket = BUCKETS - 1;
    while (bucket > 0) {
      above -= filling[bucket] + full[bucket];
      if (above < 0) {
        break;
      }
      bucket--;
    }
    return count == 0 ? 0 : upperEndOf(bucket);
  }

  void clear() {
    Arrays.fill(filling, 0);
    Arrays.fill(full, 0);
    fillingCount = 0;
    fullCount = 0;
    ewmaNanos = 0;
  }

  private void turn(long now) {
    if (!begun) {
      begun = true;
      turnedAt = now;
    }
    long age = now - turnedAt;
    if (age < halfNanos) {
      return;
    }
    int[] oldest = full;
    full = filling;
    fullCount = fillingCount;
    filling = oldest;
    Arrays.fill(filling, 0);
    fillingCount = 0;
    if (age >= 2 * halfNanos) {
      Arrays.fill(full, 0);
      fullCount = 0;
    }
    turnedAt = now;
  }

  private static int bucketOf(long nanos) {
    long units = Math.max(0, nanos) >> UNIT_BITS;
    if (units < 4) {
      return (int) units;
    }
    int doublings = 63 - Long.numberOfLeadingZeros(units);
    int quarter = (int) (units >> (doublings - 2)) & 3;
    return Math.min(BUCKETS - 1, (doublings - 1) * 4 + quarter);
  }

  private static long upperEndOf(int bucket) {
    if (bucket < 4) {
      return (bucket + 1L) << UNIT_BITS;
    }
    int doublings = bucket / 4 + 1;
    return (5L + bucket % 4) << (doublings - 2 + UNIT_BITS);
  }
}
