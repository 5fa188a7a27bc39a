package io.holdfast.tablet.storage;

import java.util.function.IntConsumer;

/**
 * The versions of one key in one index, in blocks. Positions count from the oldest, 0, so that the
 * newest is at size - 1; of equal times the later put is the newer.
 *
 * <p>Writes mostly go to the end, reads mostly begin there, and old versions leave at the start:
 * each touches one block.
 */
abstract class VersionList implements VersionCounts {
  /** Where the blocks are. */
  final VersionBlocks blocks;

  VersionList(VersionBlocks blocks) {
    this.blocks = blocks;
  }

  /** Looks at versions until it has seen enough. */
  @FunctionalInterface
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(long ts, int row);
  }

  /** Told versions. */
  @FunctionalInterface
  interface Consuming {
    void accept(long ts, int row);
  }

  /** How many blocks the versions are in. */
  abstract int blockCount();

  /** A block; the oldest versions are in 0. */
  abstract int block(int b);

  /** As well the position of the oldest that has not. */
  @Override
  public final int lowerBound(long ts) {
    int position = size();
    for (int b = blockCount() - 1; b >= 0; b--) {
      int block = block(b);
      int size = blocks.size(block);
      position -= size;
      if (size > 0 && blocks.ts(block, 0) < ts) {
        return position + blocks.lowerBound(block, ts);
      }
    }
    return position;
  }

  /** How many versions have a time of at most ts. */
  final int upperBound(long ts) {
    return ts == Long.MAX_VALUE ? size() : lowerBound(ts + 1);
  }

  /** Visits the versions at positions to - 1 down to from. */
  final void visitDown(int from, int to, Visitor visitor) {
    int end = size();
    for (int b = blockCount() - 1; b >= 0 && end > from; b--) {
      int block = block(b);
      int start = end - blocks.size(block);
      int last = Math.min(end, to) - start - 1;
      if (!blocks.visitDown(block, Math.max(start, from) - start, last, visitor)) {
        return;
      }
      end = start;
    }
  }

  /** Gives the rows at positions to - 1 down to from to the consumer. */
  final void forEachRow(int from, int to, IntConsumer each) {
    visitDown(
        from,
        to,
        (ts, row) -> {
          each.accept(row);
          return true;
        });
  }

  /** Visits the versions from a position on, the oldest first. */
  final void visitUp(int from, Consuming each) {
    int start = 0;
    for (int b = 0; b < blockCount(); b++) {
      int block = block(b);
      int size = blocks.size(block);
      for (int i = Math.max(0, from - start); i < size; i++) {
        each.accept(blocks.ts(block, i), blocks.row(block, i));
      }
      start += size;
    }
  }
}
