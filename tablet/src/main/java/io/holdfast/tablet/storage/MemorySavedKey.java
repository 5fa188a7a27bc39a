package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.IndexDef;

/** A key of the memory engine, whose versions are those of a frozen list. */
final class MemorySavedKey implements SavedKey {
  private static final int OVERHEAD_BYTES = 128;
  private static final int BYTES_PER_VERSION = 12;

  private final IndexDef index;
  private final byte[] key;
  private final VersionList versions;

  /** Position of the oldest version that outlived the ages before the present one. */
  private final int firstKept;

  /** Position of the oldest version that is not too old at the log's time. */
  private final int firstLive;

  /**
   * @param ages of the index when the versions were these
   */
  MemorySavedKey(
      IndexDef index, byte[] key, VersionList versions, TtlEras ages, long logTimeMillis) {
    this.index = index;
    this.key = key;
    this.versions = versions;
    this.firstKept = ages.firstKept(versions);
    this.firstLive = ages.firstLive(versions, logTimeMillis);
  }

  @Override
  public IndexDef index() {
    return index;
  }

  @Override
  public byte[] key() {
    return key;
  }

  @Override
  public int size() {
    return versions.size() - firstKept;
  }

  /**
   * A later change of the key copies the block that it changes, and of blocks one reference each.
   */
  @Override
  public long heldBytes() {
    return OVERHEAD_BYTES
        + key.length
        + 4L * versions.blockCount()
        + (long) BYTES_PER_VERSION * Math.min(versions.size(), VersionBlock.MAX_SIZE);
  }

  @Override
  public void forEach(SavedRows rows, Visitor visitor) {
    versions.visitUp(
        firstKept,
        (ts, row) -> {
          int count = rows.count();
          int number = rows.numberOf(row);
          visitor.onVersion(ts, number, number == count, row.offset, row.value);
        });
  }

  @Override
  public void forEachLive(LiveVisitor visitor) {
    versions.visitDown(
        firstLive,
        versions.size(),
        (ts, row) -> {
          visitor.onVersion(ts, row.offset, row.value);
          return true;
        });
  }
}
