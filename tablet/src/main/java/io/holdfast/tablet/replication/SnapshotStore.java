package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.SnapshotManifest;

/**
 * The snapshots of one replica: made from its engine, sent to others, taken from others. Called
 * only by the loop that owns the partition, and never blocks it: what needs the disk is begun here
 * and ends with a call of {@link ReplicaHost} on the same loop.
 *
 * <p>At most one of each kind (making, reading, receiving) is under way at a time. Results of an
 * earlier order that come after a new one of its kind was given are recognised by their manifest.
 *
 * <p>A position counts the bytes of all parts, one part after the other.
 */
public interface SnapshotStore {
  /**
   * The newest complete snapshot; null when there is none. When the store was opened, this is what
   * its engine holds unless {@link #restoredTo} says otherwise, and the log reaches at least to its
   * offset: a log that ends before it was begun anew behind it.
   */
  SnapshotManifest newest();

  /** The one that is kept besides, should the newest turn out to be damaged; null without one. */
  SnapshotManifest previous();

  /**
   * The sessions saved with the state that the engine was last opened from or that was last
   * installed; empty without one.
   */
  byte[] sessions();

  /**
   * Offset of the last record that the engine held when the store was opened: that of the newest
   * snapshot, unless the engine has kept a later state of its own, or lost a little of it.
   */
  default long restoredTo() {
    SnapshotManifest newest = newest();
    return newest == null ? 0 : newest.offset();
  }

  /**
   * Whether the engine wants to keep its state over a restart, as it is now; see {@link
   * #checkpoint}. Throws when the engine has failed.
   */
  default boolean checkpointDue(long now) {
    return false;
  }

  /**
   * Has the engine keep its state. Only to be called when the log has the last applied record
   * durably, or after a crash the state would be ahead of the log, and be lost.
   *
   * @param term term of the last applied record
   * @param sessions what {@link #sessions} shall return after the engine was opened from there
   */
  default void checkpoint(long term, byte[] sessions, long now) {}

  /**
   * Begins to write the state of the engine as it is now. Records that are applied meanwhile do not
   * get into it. Ends with {@code onSnapshotMade}.
   *
   * @param term term of the last applied record
   * @param offset its offset
   * @param sessions what {@link #sessions} shall return after this snapshot was read
   */
  void make(long term, long offset, byte[] sessions);

  /**
   * Has a snapshot that is here read to its end. Ends with {@code onSnapshotDamaged} if it is
   * damaged, and otherwise with nothing.
   */
  void check(SnapshotManifest manifest);

  /**
   * A snapshot is damaged: from now on it is neither {@link #newest} nor {@link #previous}. Its
   * files stay until another one has been made or installed, for if no other is intact, they may be
   * all that somebody can still get something out of.
   */
  void discard(SnapshotManifest manifest);

  /** Asks for bytes of a snapshot that is here. Ends with {@code onSnapshotRead}. */
  void read(SnapshotManifest manifest, long position, int maxBytes);

  /**
   * Prepares to receive a snapshot. What was received of another one is forgotten; of the same one
   * it is kept.
   *
   * @return the position from which bytes are missing
   */
  long prepare(SnapshotManifest manifest);

  /** Adds bytes to what was received. Ends with {@code onSnapshotStored}. */
  void store(SnapshotManifest manifest, long position, byte[] bytes);

  /**
   * Checks what was received and makes it, in one step that a crash cannot halve, the state of this
   * replica: the engine is the snapshot's, {@link #newest} is it, and the log is empty and goes on
   * behind it. Until then nothing changes. Ends with {@code onSnapshotInstalled}; what failed its
   * checksums is forgotten.
   */
  void install(SnapshotManifest manifest);

  /**
   * Of a witness: has its log begin anew behind a record, as {@link #install} does, but with an
   * empty state in place of a received one. Ends with {@code onSnapshotInstalled}; if that tells of
   * a problem, its manifest has the term and the offset, and no parts.
   */
  void beginAt(long term, long offset);

  /** First offset that the log can be read from; one above its last one when it is empty. */
  long firstLogOffset();

  /** Bytes that the log's files hold behind an offset; roughly, whole files count as well. */
  long logBytesAfter(long offset);

  /**
   * Whether a client's write may be taken: false when the rows need memory and there is none left.
   *
   * @param payload of the record that it would become
   */
  default boolean hasRoomFor(byte[] payload) {
    return true;
  }

  /** What log, snapshots and a state that the engine keeps take on the disk. */
  default long diskBytes() {
    return logBytesAfter(0) + bytes(newest()) + bytes(previous());
  }

  private static long bytes(SnapshotManifest manifest) {
    return manifest == null ? 0 : manifest.bytes();
  }

  /** Removes records up to an offset, as far as whole files of the log hold nothing else. */
  void trimLog(long upTo);
}
