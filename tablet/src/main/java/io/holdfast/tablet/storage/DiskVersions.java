package io.holdfast.tablet.storage;

import java.util.Arrays;

/**
 * The versions of one key in the disk engine, in the order of the database: the newest first.
 *
 * <p>How many are too old is counted from the oldest one. Those are few: a collection has freed the
 * others. So the count costs what it finds.
 */
final class DiskVersions implements VersionCounts {
  private final DiskDatabase.View view;
  private final int position;
  private final byte[] key;
  private final DiskHead head;
  private final int limit;
  private long countedFor = Long.MIN_VALUE;
  private int counted;

  /**
   * @param head of the key
   * @param limit counts no further
   */
  DiskVersions(DiskDatabase.View view, int position, byte[] key, DiskHead head, int limit) {
    this.view = view;
    this.position = position;
    this.key = key;
    this.head = head;
    this.limit = limit;
  }

  DiskVersions(DiskDatabase.View view, int position, byte[] key, DiskHead head) {
    this(view, position, key, head, Integer.MAX_VALUE);
  }

  @Override
  public int size() {
    return head.size();
  }

  @Override
  public int era() {
    return head.era();
  }

  @Override
  public int lowerBound(long ts) {
    if (ts <= head.oldestTs()) {
      return 0;
    }
    if (ts != countedFor) {
      int[] count = {0};
      fromOldest(
          version -> {
            boolean older = version.ts() < ts && count[0] < limit;
            count[0] += older ? 1 : 0;
            return older;
          });
      countedFor = ts;
      counted = count[0];
    }
    return counted;
  }

  /** Looks at versions until it has seen enough. */
  @FunctionalInterface
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(DiskVersion version);
  }

  /** Visits all versions, the oldest first. */
  void fromOldest(Visitor visitor) {
    int prefix = DiskKeys.versionPrefixBytes(key);
    // Not behind the oldest: there is what was deleted, which a search would have to pass.
    byte[] from = DiskKeys.version(position, key, head.oldestTs(), Long.MIN_VALUE);
    try (DiskDatabase.Cursor cursor = view.cursor()) {
      boolean there = cursor.seekBack(from);
      while (there && DiskKeys.startsWith(cursor.key(), from, prefix)) {
        if (!visitor.visit(cursor.version())) {
          return;
        }
        there = cursor.previous();
      }
    }
  }

  /** Visits the versions in a range of times, the newest first. */
  void fromNewest(TimeRange range, Visitor visitor) {
    fromNewest(view, position, key, range, visitor);
  }

  /** As above, when the head of the key need not be known. */
  static void fromNewest(
      DiskDatabase.View view, int position, byte[] key, TimeRange range, Visitor visitor) {
    if (range.isEmpty()) {
      return;
    }
    byte[] last = DiskKeys.version(position, key, range.low(), Long.MIN_VALUE);
    byte[] from = DiskKeys.version(position, key, range.high(), Long.MAX_VALUE);
    // A bound costs more than it saves, except where what is too old was deleted behind it.
    boolean isBounded = range.low() != Long.MIN_VALUE;
    try (DiskDatabase.Cursor cursor =
        isBounded ? view.cursorBefore(Arrays.copyOf(last, last.length + 1)) : view.cursor()) {
      boolean there = cursor.seek(from);
      while (there) {
        DiskVersion version = cursor.version();
        if (Arrays.compareUnsigned(version.key(), last) > 0 || !visitor.visit(version)) {
          return;
        }
        there = cursor.next();
      }
    }
  }

  /**
   * Key of the oldest version that is not too old; null when all are.
   *
   * @param dead how many are too old
   */
  byte[] oldestLive(int dead) {
    byte[][] found = {null};
    int[] left = {dead};
    fromOldest(
        version -> {
          found[0] = version.key();
          return left[0]-- > 0;
        });
    return dead >= size() ? null : found[0];
  }
}
