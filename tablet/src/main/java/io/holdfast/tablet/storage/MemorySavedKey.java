package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.IndexDef;

/** A key of the memory engine, whose versions are those of a frozen list. */
final class MemorySavedKey implements SavedKey {
  private static final int OVERHEAD_BYTES = 128;
  private static final int BYTES_PER_VERSION = 12;

  private final IndexDef index;
  private final byte[] key;
  private final VersionList versions;
  private final Rows rows;
  private final Runnable release;

  /** Position of the oldest version that outlived the ages before the present one. */
  private final int firstKept;

  /** Position of the oldest version that is not too old at the log's time. */
  private final int firstLive;

  /**
   * @param ages of the index when the versions were these
   * @param release to be run, on any thread, when it is not read any more
   */
  MemorySavedKey(
      IndexDef index,
      byte[] key,
      VersionList versions,
      Rows rows,
      TtlEras ages,
      long logTimeMillis,
      Runnable release) {
    this.index = index;
    this.key = key;
    this.versions = versions;
    this.rows = rows;
    this.release = release;
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
        + (long) BYTES_PER_VERSION * Math.min(versions.size(), VersionBlocks.MAX_SIZE);
  }

  @Override
  public void release() {
    release.run();
  }

  @Override
  public void forEach(SavedRows numbers, Visitor visitor) {
    versions.visitUp(
        firstKept,
        (ts, row) -> {
          int count = numbers.count();
          int number = numbers.numberOf(rows, row);
          visitor.onVersion(ts, number, number == count, rows.offset(row), rows.value(row));
        });
  }

  @Override
  public void forEachLive(LiveVisitor visitor) {
    versions.visitDown(
        firstLive,
        versions.size(),
        (ts, row) -> {
          visitor.onVersion(ts, rows.offset(row), rows.value(row));
          return true;
        });
  }
}
