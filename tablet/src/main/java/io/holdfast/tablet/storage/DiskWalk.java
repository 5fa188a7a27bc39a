package io.holdfast.tablet.storage;

import java.util.List;
import java.util.function.Consumer;

/**
 * The disk engine's walk: over a snapshot of the database, so that nothing need be brought forward
 * when keys change. What goes to the consumer is read when the consumer reads it.
 */
final class DiskWalk implements StateWalk {
  /** Heads are read ahead of the keys' turn only as far as that costs little. */
  private final DiskDatabase.View view;

  private final List<DiskIndex> indexes;
  private final List<TtlEras> ages;
  private final long logTimeMillis;
  private final Consumer<SavedKey> consumer;
  private int at;
  private byte[] next;
  private boolean open = true;

  /**
   * @param view the state to walk over; let go of by {@link #release}
   * @param indexes as they are now
   */
  DiskWalk(
      DiskDatabase.View view,
      List<DiskIndex> indexes,
      long logTimeMillis,
      Consumer<SavedKey> consumer) {
    this.view = view;
    this.indexes = indexes;
    this.ages = indexes.stream().map(DiskIndex::ages).toList();
    this.logTimeMillis = logTimeMillis;
    this.consumer = consumer;
  }

  boolean isOpen() {
    return open;
  }

  @Override
  public boolean advance(int budget) {
    int left = budget;
    while (open && left > 0) {
      if (at == indexes.size()) {
        open = false;
      } else {
        left = advanceIfKept(left);
      }
    }
    return !open;
  }

  private int advanceIfKept(int budget) {
    try {
      return advance(indexes.get(at), ages.get(at), budget);
    } catch (DiskDatabase.GoneException e) {
      // Whoever wrote what comes has given it up just now.
      open = false;
      return 0;
    }
  }

  private int advance(DiskIndex index, TtlEras eras, int budget) {
    byte[] heads = DiskKeys.heads(index.position());
    int left = budget;
    try (DiskDatabase.Cursor cursor = view.cursorBefore(DiskKeys.behind(heads))) {
      boolean there = cursor.seek(next == null ? heads : next);
      while (there && left > 0) {
        left--;
        DiskSavedKey saved =
            new DiskSavedKey(
                index.definition(),
                DiskKeys.keyOf(cursor.key()),
                DiskHead.decode(cursor.value()),
                eras,
                logTimeMillis,
                view,
                indexes.size() == 1);
        if (saved.size() > 0) {
          consumer.accept(saved);
        }
        there = cursor.next();
      }
      next = there ? cursor.key() : null;
      at += there ? 0 : 1;
    }
    return left;
  }

  @Override
  public void cancel() {
    open = false;
  }

  @Override
  public void release() {
    view.close();
  }
}
