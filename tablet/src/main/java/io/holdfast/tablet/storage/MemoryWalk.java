package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.IndexDef;
import java.util.function.Consumer;

/**
 * The memory engine's walk. Indexes and ages are those of its beginning. What has gone to the
 * consumer, and keys that were added after the walk began, have the walk's epoch; all other keys
 * are still to go.
 */
final class MemoryWalk implements StateWalk {
  /** Keys with many versions cost a little more. */
  private static final int BLOCKS_PER_KEY = 64;

  private final MemoryIndex[] indexes;
  private final Rows rows;
  private final TtlEras[] ages;
  private final long logTimeMillis;
  private final int epoch;
  private final Consumer<SavedKey> consumer;
  private final Arena arena;
  private int at;
  private byte[] next;
  private boolean open = true;

  /** Of the last key that went to the consumer; read by the thread that releases. */
  private volatile long lastHold;

  /**
   * @param logTimeMillis of the engine now
   * @param arena in which nothing may be used again while the consumer may be reading it
   */
  MemoryWalk(
      MemoryIndex[] indexes,
      Rows rows,
      long logTimeMillis,
      int epoch,
      Consumer<SavedKey> consumer,
      Arena arena) {
    this.indexes = indexes.clone();
    this.rows = rows;
    this.arena = arena;
    this.ages = new TtlEras[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      ages[i] = indexes[i] == null ? null : indexes[i].ages();
    }
    this.logTimeMillis = logTimeMillis;
    this.epoch = epoch;
    this.consumer = consumer;
  }

  boolean isOpen() {
    return open;
  }

  /** To be called before a key loses or gets a version. */
  void beforeChange(MemoryIndex index, KeyEntry entry) {
    if (open && entry.epoch() != epoch) {
      save(index, entry);
    }
  }

  private void save(MemoryIndex index, KeyEntry entry) {
    VersionList frozen = entry.freeze(epoch);
    IndexDef definition = index.definition();
    long hold = arena.hold();
    lastHold = hold;
    SavedKey saved =
        new MemorySavedKey(
            definition,
            entry.key(),
            frozen,
            rows,
            ages[definition.position()],
            logTimeMillis,
            () -> arena.release(hold));
    if (saved.size() > 0) {
      consumer.accept(saved);
    }
  }

  @Override
  public boolean advance(int budget) {
    int left = budget;
    while (open && left > 0) {
      if (at == indexes.length) {
        open = false;
      } else if (indexes[at] == null) {
        at++;
      } else {
        left = advance(indexes[at], left);
      }
    }
    return !open;
  }

  private int advance(MemoryIndex index, int budget) {
    int left = budget;
    KeyEntry entry = index.ceiling(next);
    while (entry != null && left > 0) {
      left -= 1 + entry.blockCount() / BLOCKS_PER_KEY;
      if (entry.epoch() != epoch) {
        save(index, entry);
      }
      entry = index.after(entry);
    }
    // Not a place but a key: the one after it may be gone when the walk goes on.
    next = entry == null ? null : entry.key();
    if (entry == null) {
      at++;
    }
    return left;
  }

  @Override
  public void cancel() {
    open = false;
  }

  @Override
  public long heldBytes() {
    return arena.heldBytes();
  }

  @Override
  public void release() {
    arena.release(lastHold);
  }
}
