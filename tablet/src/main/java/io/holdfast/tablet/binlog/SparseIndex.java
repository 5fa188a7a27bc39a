package io.holdfast.tablet.binlog;

import java.util.Arrays;

/**
 * Where in a segment some of its records begin: about one entry for each 16 KiB.
 *
 * <p>One thread changes it while others read without a lock. A reader that meets a truncation may
 * get an entry that is not true any more; it notices, because the record there has another offset
 * or none. That is why entries are hints and the records' own fields are the truth.
 */
final class SparseIndex {
  private static final int STEP_BYTES = 16 << 10;

  private final boolean keeps;

  /** Pairs of offset and position, ascending. */
  private volatile long[] entries = new long[16];

  private volatile int count;

  SparseIndex() {
    this(true);
  }

  /**
   * @param keeps false for a segment that is read through once, where all entries together would
   *     take memory for nothing
   */
  SparseIndex(boolean keeps) {
    this.keeps = keeps;
  }

  /** Notes a record. Offsets and positions ascend. */
  void add(long offset, long position) {
    int n = count;
    long[] now = entries;
    if (!keeps) {
      return;
    }
    if (n > 0 && position - now[2 * n - 1] < STEP_BYTES) {
      return;
    }
    if (2 * n == now.length) {
      now = Arrays.copyOf(now, 2 * now.length);
      entries = now;
    }
    now[2 * n] = offset;
    now[2 * n + 1] = position;
    // The volatile write of count publishes the pair.
    count = n + 1;
  }

  /** Forgets entries of offsets above this one. */
  void truncateAfter(long offset) {
    int n = count;
    while (n > 0 && entries[2 * n - 2] > offset) {
      n--;
    }
    count = n;
  }

  /**
   * A place at or before a record from which to read on.
   *
   * @param start position of the segment's first record, for offsets before any entry
   */
  long positionAtOrBefore(long offset, long start) {
    int low = 0;
    int high = count - 1;
    long[] now = entries;
    long position = start;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (now[2 * middle] <= offset) {
        position = now[2 * middle + 1];
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return position;
  }
}
