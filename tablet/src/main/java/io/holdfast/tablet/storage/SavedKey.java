package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.IndexDef;

/**
 * A key of an index as it was when a {@link StateWalk} began. Never changes, so another thread may
 * read it.
 */
public final class SavedKey {
  private static final int OVERHEAD_BYTES = 128;
  private static final int BYTES_PER_VERSION = 12;

  private final IndexDef index;
  private final byte[] key;
  private final VersionList versions;

  /** Position of the oldest version that outlived the ages before the present one. */
  private final int firstKept;

  /** Position of the oldest version that is not too old at the log's time. */
  private final int firstLive;

  /** Told the versions of a key from the oldest to the newest. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param ts time of the version
     * @param rowNumber the row's number in {@code rows}
     * @param isNew whether the row has just been given that number
     * @param rowOffset offset of the record that put the row
     * @param value the row; must not be changed
     */
    void onVersion(long ts, int rowNumber, boolean isNew, long rowOffset, byte[] value);
  }

  /**
   * @param ages of the index when the versions were these
   */
  SavedKey(IndexDef index, byte[] key, VersionList versions, TtlEras ages, long logTimeMillis) {
    this.index = index;
    this.key = key;
    this.versions = versions;
    this.firstKept = ages.firstKept(versions);
    this.firstLive = ages.firstLive(versions, logTimeMillis);
  }

  /** The index it is a key of. */
  public IndexDef index() {
    return index;
  }

  /** The key; must not be changed. */
  public byte[] key() {
    return key;
  }

  /** How many versions it has, those that are too old but not yet freed included; may be 0. */
  public int size() {
    return versions.size() - firstKept;
  }

  /**
   * About how much heap keeping this key takes beyond the rows: a later change of the key copies
   * the block that it changes, and of blocks one reference each was copied.
   */
  public long heldBytes() {
    return OVERHEAD_BYTES
        + key.length
        + 4L * versions.blockCount()
        + (long) BYTES_PER_VERSION * Math.min(versions.size(), VersionBlock.MAX_SIZE);
  }

  /** Goes through the versions, the oldest first. */
  public void forEach(SavedRows rows, Visitor visitor) {
    versions.visitUp(
        firstKept,
        (ts, row) -> {
          int count = rows.count();
          int number = rows.numberOf(row);
          visitor.onVersion(ts, number, number == count, row.offset, row.value);
        });
  }

  VersionList versions() {
    return versions;
  }

  int firstLive() {
    return firstLive;
  }
}
