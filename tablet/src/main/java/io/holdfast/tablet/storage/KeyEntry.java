package io.holdfast.tablet.storage;

import java.util.function.IntConsumer;

/**
 * A key with its versions, in an {@link Arena}. The object is only a handle, made for each access:
 * two of the same key are equal in what they do. Single owner.
 *
 * <p>The versions can be frozen: the copy shares the blocks, which from then on are not changed but
 * replaced when a change comes. So freezing takes the same short time however many versions there
 * are (one reference for each 256).
 *
 * <pre>
 *  0 int    next key of the chain, see {@link KeyTable}
 *  4 int    hash
 *  8 int    epoch: blocks of another are shared with frozen versions
 * 12 int    era, see {@link TtlEras}
 * 16 int    how many versions
 * 20 int    newest block; nearly every key has only this one
 * 24 int    piece with the older blocks, 0 for none: for how many there is room, then they
 * 28 int    how many older blocks
 * 32 int    length of the key
 * 36 bytes  the key
 * </pre>
 */
final class KeyEntry extends VersionList {
  private static final int NEXT = 0;
  private static final int HASH = 4;
  private static final int EPOCH = 8;
  private static final int ERA = 12;
  private static final int SIZE = 16;
  private static final int NEWEST = 20;
  private static final int OLDER = 24;
  private static final int OLDER_COUNT = 28;
  private static final int KEY_LENGTH = 32;
  private static final int KEY = 36;

  private final Arena arena;
  private final int at;

  /** The entry at a place. */
  KeyEntry(Arena arena, VersionBlocks blocks, int at) {
    super(blocks);
    this.arena = arena;
    this.at = at;
  }

  /** A new entry, with an empty block. */
  static int add(Arena arena, VersionBlocks blocks, byte[] key, int hash, int epoch, int era) {
    int at = arena.take(bytes(key.length));
    arena.putInt(at, NEXT, 0);
    arena.putInt(at, HASH, hash);
    arena.putInt(at, EPOCH, epoch);
    arena.putInt(at, ERA, era);
    arena.putInt(at, SIZE, 0);
    arena.putInt(at, OLDER, 0);
    arena.putInt(at, OLDER_COUNT, 0);
    arena.putInt(at, KEY_LENGTH, key.length);
    arena.putBytes(at, KEY, key);
    arena.putInt(at, NEWEST, blocks.add(epoch));
    return at;
  }

  /** What an entry takes, without its versions. */
  static int bytes(int keyLength) {
    return KEY + keyLength;
  }

  /** Adds the sizes, in bytes, of the pieces that one version more may take at most. */
  void addSizes(IntArray sizes) {
    int older = olderCount();
    int newest = block(older);
    if (older == 0 && !blocks.isFull(newest)) {
      // It is grown, or copied because it is shared, or the one after the other.
      int size = blocks.size(newest);
      sizes.add(VersionBlocks.bytes(blocks.capacity(newest)));
      sizes.add(VersionBlocks.bytes(VersionBlocks.grown(size)));
      return;
    }
    sizes.add(VersionBlocks.bytes(VersionBlocks.MAX_SIZE));
    sizes.add(VersionBlocks.bytes(VersionBlocks.MAX_SIZE));
    sizes.add(4 + 4 * Math.max(1, 2 * (older + 1)));
  }

  /** Frees it; it must be without versions. */
  void free() {
    blocks.free(block(olderCount()));
    freeOlder();
    arena.free(at, bytes(keyLength()));
  }

  // ---- for the table

  static int next(Arena arena, int at) {
    return arena.getInt(at, NEXT);
  }

  static void setNext(Arena arena, int at, int next) {
    arena.putInt(at, NEXT, next);
  }

  static int hash(Arena arena, int at) {
    return arena.getInt(at, HASH);
  }

  /** Compares with another key by hash and bytes. */
  static int compare(Arena arena, int at, int hash, byte[] key) {
    int order = Integer.compareUnsigned(arena.getInt(at, HASH), hash);
    return order != 0 ? order : arena.compare(at, KEY, arena.getInt(at, KEY_LENGTH), key);
  }

  /** Its place in the arena. */
  int at() {
    return at;
  }

  // ---- what it says

  /** A copy of the key. */
  byte[] key() {
    return arena.getBytes(at, KEY, keyLength());
  }

  int keyLength() {
    return arena.getInt(at, KEY_LENGTH);
  }

  boolean hasKey(byte[] key) {
    return arena.compare(at, KEY, keyLength(), key) == 0;
  }

  /** Given when it was added or at the last {@link #freeze}. */
  int epoch() {
    return arena.getInt(at, EPOCH);
  }

  @Override
  public int era() {
    return arena.getInt(at, ERA);
  }

  void judgedIn(int newEra) {
    arena.putInt(at, ERA, newEra);
  }

  @Override
  public int size() {
    return arena.getInt(at, SIZE);
  }

  private void setSize(int size) {
    arena.putInt(at, SIZE, size);
  }

  private int olderCount() {
    return arena.getInt(at, OLDER_COUNT);
  }

  @Override
  int blockCount() {
    return olderCount() + 1;
  }

  @Override
  int block(int b) {
    return b == olderCount()
        ? arena.getInt(at, NEWEST)
        : arena.getInt(arena.getInt(at, OLDER), 4 + 4 * b);
  }

  private void setBlock(int b, int block) {
    if (b == olderCount()) {
      arena.putInt(at, NEWEST, block);
    } else {
      arena.putInt(arena.getInt(at, OLDER), 4 + 4 * b, block);
    }
  }

  // ---- changes

  /**
   * A copy that stays as this list is now.
   *
   * @param newEpoch different from all epochs before
   */
  VersionList freeze(int newEpoch) {
    VersionList frozen = new FrozenVersions(this);
    arena.putInt(at, EPOCH, newEpoch);
    return frozen;
  }

  /** Inserts a version as the newest of its time. */
  void insert(long ts, int row) {
    int b = blockFor(ts);
    insert(b, blocks.upperBound(block(b), ts), ts, row);
  }

  /** Inserts a version as the oldest of its time. */
  void insertBefore(long ts, int row) {
    int b = olderCount();
    while (b > 0 && blocks.ts(block(b), 0) >= ts) {
      b--;
    }
    insert(b, blocks.lowerBound(block(b), ts), ts, row);
  }

  private void insert(int blockNumber, int position, long ts, int row) {
    int b = blockNumber;
    int in = position;
    int block = block(b);
    // At the very end full blocks stay full: that is how a log of events grows.
    boolean grows = blocks.isFull(block) && b == olderCount() && in == blocks.size(block);
    if (!grows) {
      block = own(b);
    }
    if (blocks.isFull(block)) {
      int next = grows ? blocks.add(epoch()) : blocks.split(block);
      addBehind(b, next);
      if (in > blocks.size(block) || blocks.size(next) == 0) {
        in -= blocks.size(block);
        block = next;
        b++;
      }
    }
    setBlock(b, blocks.insert(block, in, ts, row));
    setSize(size() + 1);
  }

  private int blockFor(long ts) {
    int older = olderCount();
    if (older == 0 || blocks.ts(block(older), 0) <= ts) {
      return older;
    }
    int low = 0;
    int high = older - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (blocks.ts(block(middle), 0) <= ts) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The block, replaced by a copy when frozen versions share it. */
  private int own(int b) {
    int block = block(b);
    if (blocks.epoch(block) == epoch()) {
      return block;
    }
    int copy = blocks.copy(block, epoch(), blocks.capacity(block));
    setBlock(b, copy);
    blocks.free(block);
    return copy;
  }

  private void addBehind(int b, int block) {
    int count = olderCount();
    int older = roomForOlder(count + 1);
    int added = block;
    if (b == count) {
      arena.putInt(older, 4 + 4 * count, arena.getInt(at, NEWEST));
      arena.putInt(at, NEWEST, added);
    } else {
      arena.copy(older, 4 + 4 * (b + 1), older, 4 + 4 * (b + 2), 4 * (count - b - 1));
      arena.putInt(older, 4 + 4 * (b + 1), added);
    }
    arena.putInt(at, OLDER_COUNT, count + 1);
  }

  private int roomForOlder(int count) {
    int older = arena.getInt(at, OLDER);
    int capacity = older == 0 ? 0 : arena.getInt(older, 0);
    if (count <= capacity) {
      return older;
    }
    int larger = arena.take(4 + 4 * Math.max(1, 2 * capacity));
    arena.putInt(larger, 0, Math.max(1, 2 * capacity));
    if (older != 0) {
      arena.copy(older, 4, larger, 4, 4 * capacity);
      arena.free(older, 4 + 4 * capacity);
    }
    arena.putInt(at, OLDER, larger);
    return larger;
  }

  private void freeOlder() {
    int older = arena.getInt(at, OLDER);
    if (older != 0) {
      arena.free(older, 4 + 4 * arena.getInt(older, 0));
      arena.putInt(at, OLDER, 0);
    }
  }

  /** Removes the versions at positions from to to - 1 and hands each row to the consumer. */
  void remove(int from, int to, IntConsumer removed) {
    if (from >= to) {
      return;
    }
    // First what may fail for want of memory: after that nothing is half done.
    ownBlocks(from, to);
    forEachRow(from, to, removed);
    int end = size();
    for (int b = olderCount(); b >= 0 && end > from; b--) {
      int block = block(b);
      int start = end - blocks.size(block);
      int first = Math.max(start, from);
      int last = Math.min(end, to);
      if (first < last) {
        blocks.remove(block, first - start, last - start);
      }
      end = start;
    }
    setSize(size() - (to - from));
    dropEmptyBlocks();
  }

  /** Makes the blocks that have the versions at positions from to to - 1 this list's own. */
  private void ownBlocks(int from, int to) {
    int end = size();
    for (int b = olderCount(); b >= 0 && end > from; b--) {
      int start = end - blocks.size(block(b));
      if (Math.max(start, from) < Math.min(end, to)) {
        own(b);
      }
      end = start;
    }
  }

  private void dropEmptyBlocks() {
    int count = olderCount();
    int kept = 0;
    for (int b = 0; b < count; b++) {
      int block = block(b);
      if (blocks.size(block) > 0) {
        setBlock(kept++, block);
      } else {
        blocks.free(block);
      }
    }
    int newest = arena.getInt(at, NEWEST);
    if (blocks.size(newest) == 0 && kept > 0) {
      blocks.free(newest);
      arena.putInt(at, NEWEST, block(--kept));
    }
    arena.putInt(at, OLDER_COUNT, kept);
    if (kept == 0) {
      freeOlder();
    }
  }
}
