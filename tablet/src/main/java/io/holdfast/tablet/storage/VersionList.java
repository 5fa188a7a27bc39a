package io.holdfast.tablet.storage;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The versions of one key in one index, in blocks. Positions count from the oldest, 0, so that the
 * newest is at size - 1; of equal times the later put is the newer.
 *
 * <p>Writes mostly go to the end, reads mostly begin there, and old versions leave at the start:
 * each touches one block. Single owner.
 *
 * <p>A list can be frozen: the copy shares the blocks, which from then on are not changed but
 * replaced when a change comes. So freezing takes the same short time however many versions there
 * are (one reference for each 256), and another thread may read the copy.
 */
class VersionList implements VersionCounts {
  private static final VersionBlock[] NO_BLOCKS = {};

  /** Nearly every key has only this one. */
  private VersionBlock newest;

  private VersionBlock[] older;
  private int olderCount;
  private int size;

  /** Blocks of another epoch are shared with a frozen list. */
  private int epoch;

  /** See {@link TtlEras}. */
  private int era;

  /** Looks at versions until it has seen enough. */
  @FunctionalInterface
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(long ts, Row row);
  }

  VersionList(int epoch, int era) {
    this.epoch = epoch;
    this.era = era;
    this.newest = new VersionBlock(epoch);
    this.older = NO_BLOCKS;
  }

  private VersionList(VersionList live) {
    this.epoch = live.epoch;
    this.era = live.era;
    this.newest = live.newest;
    this.older = live.olderCount == 0 ? NO_BLOCKS : Arrays.copyOf(live.older, live.olderCount);
    this.olderCount = live.olderCount;
    this.size = live.size;
  }

  /**
   * A copy that stays as this list is now and may be given to another thread.
   *
   * @param newEpoch different from all epochs before
   */
  final VersionList freeze(int newEpoch) {
    VersionList frozen = new VersionList(this);
    epoch = newEpoch;
    return frozen;
  }

  /** Given at construction or at the last {@link #freeze}. */
  final int epoch() {
    return epoch;
  }

  @Override
  public final int era() {
    return era;
  }

  final void judgedIn(int newEra) {
    era = newEra;
  }

  @Override
  public final int size() {
    return size;
  }

  /** How many blocks the versions are in. */
  final int blockCount() {
    return olderCount + 1;
  }

  /** Inserts a version as the newest of its time. */
  final void insert(long ts, Row row) {
    int b = blockFor(ts);
    insert(b, block(b).upperBound(ts), ts, row);
  }

  /** Inserts a version as the oldest of its time. */
  final void insertBefore(long ts, Row row) {
    int b = olderCount;
    while (b > 0 && block(b).ts(0) >= ts) {
      b--;
    }
    insert(b, block(b).lowerBound(ts), ts, row);
  }

  private void insert(int b, int position, long ts, Row row) {
    VersionBlock block = block(b);
    int at = position;
    // At the very end full blocks stay full: that is how a log of events grows.
    boolean grows = block.isFull() && b == olderCount && at == block.size();
    if (!grows) {
      block = own(b);
    }
    if (block.isFull()) {
      VersionBlock next = grows ? new VersionBlock(epoch) : block.split();
      addBehind(b, next);
      if (at > block.size() || next.size() == 0) {
        at -= block.size();
        block = next;
      }
    }
    block.insert(at, ts, row);
    size++;
  }

  private int blockFor(long ts) {
    if (olderCount == 0 || newest.ts(0) <= ts) {
      return olderCount;
    }
    int low = 0;
    int high = olderCount - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (older[middle].ts(0) <= ts) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private VersionBlock block(int b) {
    return b == olderCount ? newest : older[b];
  }

  /** The block, replaced by a copy when a frozen list shares it. */
  private VersionBlock own(int b) {
    VersionBlock block = block(b);
    if (block.epoch() != epoch) {
      block = block.copy(epoch);
      set(b, block);
    }
    return block;
  }

  private void set(int b, VersionBlock block) {
    if (b == olderCount) {
      newest = block;
    } else {
      older[b] = block;
    }
  }

  private void addBehind(int b, VersionBlock block) {
    if (olderCount == older.length) {
      older = Arrays.copyOf(older, Math.max(2, older.length * 2));
    }
    if (b == olderCount) {
      older[olderCount] = newest;
      newest = block;
    } else {
      System.arraycopy(older, b + 1, older, b + 2, olderCount - b - 1);
      older[b + 1] = block;
    }
    olderCount++;
  }

  /** As well the position of the oldest that has not. */
  @Override
  public final int lowerBound(long ts) {
    int position = size;
    for (int b = olderCount; b >= 0; b--) {
      VersionBlock block = block(b);
      position -= block.size();
      if (block.size() > 0 && block.ts(0) < ts) {
        return position + block.lowerBound(ts);
      }
    }
    return position;
  }

  /** How many versions have a time of at most ts. */
  final int upperBound(long ts) {
    return ts == Long.MAX_VALUE ? size : lowerBound(ts + 1);
  }

  /** Visits the versions at positions to - 1 down to from. */
  final void visitDown(int from, int to, Visitor visitor) {
    int end = size;
    for (int b = olderCount; b >= 0 && end > from; b--) {
      VersionBlock block = block(b);
      int start = end - block.size();
      for (int p = Math.min(end, to) - 1; p >= Math.max(start, from); p--) {
        if (!visitor.visit(block.ts(p - start), block.row(p - start))) {
          return;
        }
      }
      end = start;
    }
  }

  /** Told versions. */
  @FunctionalInterface
  interface Consuming {
    void accept(long ts, Row row);
  }

  /** Visits the versions from a position on, the oldest first. */
  final void visitUp(int from, Consuming each) {
    int start = 0;
    for (int b = 0; b <= olderCount; b++) {
      VersionBlock block = block(b);
      for (int i = Math.max(0, from - start); i < block.size(); i++) {
        each.accept(block.ts(i), block.row(i));
      }
      start += block.size();
    }
  }

  /** Removes the versions at positions from to to - 1 and hands each to the consumer. */
  final void remove(int from, int to, Consumer<Row> removed) {
    if (from >= to) {
      return;
    }
    visitDown(
        from,
        to,
        (ts, row) -> {
          removed.accept(row);
          return true;
        });
    int end = size;
    for (int b = olderCount; b >= 0 && end > from; b--) {
      VersionBlock block = block(b);
      int start = end - block.size();
      int first = Math.max(start, from);
      int last = Math.min(end, to);
      if (first == start && last == end) {
        // As a whole: a shared block need not be copied to be emptied.
        set(b, new VersionBlock(epoch));
      } else if (first < last) {
        own(b).remove(first - start, last - start);
      }
      end = start;
    }
    size -= to - from;
    dropEmptyBlocks();
  }

  private void dropEmptyBlocks() {
    int kept = 0;
    for (int b = 0; b < olderCount; b++) {
      if (older[b].size() > 0) {
        older[kept++] = older[b];
      }
    }
    if (newest.size() == 0 && kept > 0) {
      newest = older[--kept];
    }
    Arrays.fill(older, kept, olderCount, null);
    olderCount = kept;
    if (kept == 0) {
      older = NO_BLOCKS;
    }
  }
}
