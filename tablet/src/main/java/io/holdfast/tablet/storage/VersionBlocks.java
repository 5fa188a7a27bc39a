package io.holdfast.tablet.storage;

import java.nio.ByteBuffer;

/**
 * Sorted runs of versions in an {@link Arena}: by time, of equal times by when they were put. A
 * block that a frozen list shares is not changed but copied; see {@link KeyEntry#freeze}.
 *
 * <pre>
 *  0 int    epoch of the list that may change it
 *  4 short  how many versions
 *  6 short  for how many there is room, n
 *  8 n longs, the times; then n ints, the rows
 * </pre>
 */
final class VersionBlocks {
  static final int MAX_SIZE = 256;

  private static final int SIZE = 4;
  private static final int TIMES = 8;

  private final Arena arena;

  VersionBlocks(Arena arena) {
    this.arena = arena;
  }

  /** An empty block. Most keys have few versions, so one begins with room for one. */
  int add(int epoch) {
    return add(epoch, 1);
  }

  private int add(int epoch, int capacity) {
    int block = arena.take(bytes(capacity));
    arena.putInt(block, 0, epoch);
    arena.putInt(block, SIZE, capacity << 16);
    return block;
  }

  /** What a block with room for so many versions takes. */
  static int bytes(int capacity) {
    return TIMES + 12 * capacity;
  }

  void free(int block) {
    arena.free(block, bytes(capacity(block)));
  }

  /** A block of its own with the same versions and room for more. */
  int copy(int block, int epoch, int capacity) {
    int size = size(block);
    int copy = add(epoch, capacity);
    move(block, 0, copy, 0, size);
    setSize(copy, size);
    return copy;
  }

  int epoch(int block) {
    return arena.getInt(block, 0);
  }

  int size(int block) {
    return arena.getInt(block, SIZE) & 0xffff;
  }

  int capacity(int block) {
    return arena.getInt(block, SIZE) >>> 16;
  }

  private void setSize(int block, int size) {
    arena.putInt(block, SIZE, capacity(block) << 16 | size);
  }

  boolean isFull(int block) {
    return size(block) == MAX_SIZE;
  }

  long ts(int block, int at) {
    return arena.getLong(block, TIMES + 8 * at);
  }

  int row(int block, int at) {
    return arena.getInt(block, rowAt(block, at));
  }

  private int rowAt(int block, int at) {
    return TIMES + 8 * capacity(block) + 4 * at;
  }

  /** Visits the versions from last down to first; returns whether the visitor would go on. */
  boolean visitDown(int block, int first, int last, VersionList.Visitor visitor) {
    ByteBuffer buffer = arena.buffer(block);
    int times = Arena.place(block) + TIMES;
    int rows = times + 8 * capacity(block);
    for (int i = last; i >= first; i--) {
      if (!visitor.visit(buffer.getLong(times + 8 * i), buffer.getInt(rows + 4 * i))) {
        return false;
      }
    }
    return true;
  }

  /** How many times are below ts. */
  int lowerBound(int block, long ts) {
    ByteBuffer buffer = arena.buffer(block);
    int times = Arena.place(block) + TIMES;
    int low = 0;
    int high = size(block);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (buffer.getLong(times + 8 * middle) < ts) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Where a new version of this time goes: behind those with the same. */
  int upperBound(int block, long ts) {
    int size = size(block);
    if (size == 0 || ts(block, size - 1) <= ts) {
      return size;
    }
    // Some time is above ts, so ts + 1 does not overflow.
    return lowerBound(block, ts + 1);
  }

  /** Inserts where there is room; returns the block, which is another when there was none. */
  int insert(int block, int at, long ts, int row) {
    int size = size(block);
    int in = block;
    if (size == capacity(block)) {
      in = copy(block, epoch(block), grown(size));
      free(block);
    }
    move(in, at, in, at + 1, size - at);
    arena.putLong(in, TIMES + 8 * at, ts);
    arena.putInt(in, rowAt(in, at), row);
    setSize(in, size + 1);
    return in;
  }

  /** For how many versions there is room in a block that was full with so many. */
  static int grown(int size) {
    return Math.min(MAX_SIZE, size + Math.max(1, size / 2));
  }

  void remove(int block, int from, int to) {
    int size = size(block);
    move(block, to, block, from, size - to);
    setSize(block, size - (to - from));
  }

  /** Moves the newer half to a block of its own. */
  int split(int block) {
    int size = size(block);
    int half = size / 2;
    int newer = add(epoch(block), MAX_SIZE);
    move(block, half, newer, 0, size - half);
    setSize(newer, size - half);
    setSize(block, half);
    return newer;
  }

  private void move(int from, int fromAt, int to, int toAt, int versions) {
    if (versions > 0) {
      arena.copy(from, TIMES + 8 * fromAt, to, TIMES + 8 * toAt, 8 * versions);
      arena.copy(from, rowAt(from, fromAt), to, rowAt(to, toAt), 4 * versions);
    }
  }
}
