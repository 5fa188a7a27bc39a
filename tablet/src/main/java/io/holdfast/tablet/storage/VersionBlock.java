package io.holdfast.tablet.storage;

import java.util.Arrays;

/**
 * A sorted run of versions: by time, of equal times by when they were put. Single owner, and once a
 * frozen list shares it nobody changes it any more; see {@link VersionList#freeze}.
 */
final class VersionBlock {
  static final int MAX_SIZE = 256;

  private final int epoch;
  private long[] times;
  private Row[] rows;
  private int size;

  /**
   * Most keys have few versions, so a block begins with room for one and doubles.
   *
   * @param epoch of the list that may change it
   */
  VersionBlock(int epoch) {
    this(epoch, new long[1], new Row[1], 0);
  }

  private VersionBlock(int epoch, long[] times, Row[] rows, int size) {
    this.epoch = epoch;
    this.times = times;
    this.rows = rows;
    this.size = size;
  }

  /** A block of its own with the same versions. */
  VersionBlock copy(int newEpoch) {
    return new VersionBlock(newEpoch, times.clone(), rows.clone(), size);
  }

  int epoch() {
    return epoch;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == MAX_SIZE;
  }

  long ts(int at) {
    return times[at];
  }

  Row row(int at) {
    return rows[at];
  }

  /** How many times are below ts. */
  int lowerBound(long ts) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] < ts) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Where a new version of this time goes: behind those with the same. */
  int upperBound(long ts) {
    if (size == 0 || times[size - 1] <= ts) {
      return size;
    }
    // Some time is above ts, so ts + 1 does not overflow.
    return lowerBound(ts + 1);
  }

  void insert(int at, long ts, Row row) {
    if (size == times.length) {
      int capacity = Math.min(MAX_SIZE, 2 * size);
      times = Arrays.copyOf(times, capacity);
      rows = Arrays.copyOf(rows, capacity);
    }
    System.arraycopy(times, at, times, at + 1, size - at);
    System.arraycopy(rows, at, rows, at + 1, size - at);
    times[at] = ts;
    rows[at] = row;
    size++;
  }

  void remove(int from, int to) {
    System.arraycopy(times, to, times, from, size - to);
    System.arraycopy(rows, to, rows, from, size - to);
    Arrays.fill(rows, size - (to - from), size, null);
    size -= to - from;
  }

  /** Moves the newer half to a block of its own. */
  VersionBlock split() {
    int half = size / 2;
    VersionBlock newer =
        new VersionBlock(epoch, new long[MAX_SIZE], new Row[MAX_SIZE], size - half);
    System.arraycopy(times, half, newer.times, 0, newer.size);
    System.arraycopy(rows, half, newer.rows, 0, newer.size);
    remove(half, size);
    return newer;
  }
}
