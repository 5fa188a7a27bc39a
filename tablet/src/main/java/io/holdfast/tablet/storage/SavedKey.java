package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.IndexDef;

/**
 * A key of an index as it was when a {@link StateWalk} began. Never changes, so another thread may
 * read it.
 */
public interface SavedKey {
  /** Told the versions of a key from the oldest to the newest. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param ts time of the version
     * @param rowNumber the row's number in {@code rows}
     * @param isNew whether the row has just been given that number
     * @param rowOffset offset of the record that put the row
     * @param value the row; must not be changed; may be null unless the row is new
     */
    void onVersion(long ts, int rowNumber, boolean isNew, long rowOffset, byte[] value);
  }

  /** Told the versions of a key from the newest to the oldest. */
  @FunctionalInterface
  interface LiveVisitor {
    /**
     * @param ts time of the version
     * @param rowOffset offset of the record that put the row
     * @param value the row; must not be changed
     */
    void onVersion(long ts, long rowOffset, byte[] value);
  }

  /** The index it is a key of. */
  IndexDef index();

  /** The key; must not be changed. */
  byte[] key();

  /** How many versions it has, those that are too old but not yet freed included; may be 0. */
  int size();

  /** About how much memory keeping this key takes beyond what the engine has anyway. */
  long heldBytes();

  /**
   * It is not read any more, nor are those that came before it. Any thread. What is not released
   * one by one is released with the {@link StateWalk}.
   */
  default void release() {}

  /** Goes through the versions, the oldest first. */
  void forEach(SavedRows rows, Visitor visitor);

  /** Goes through the versions that are not too old at the log's time, the newest first. */
  void forEachLive(LiveVisitor visitor);
}
