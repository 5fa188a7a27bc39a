package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.IndexDef;

/** A key of the disk engine as it is in a snapshot of the database, from where it is read. */
final class DiskSavedKey implements SavedKey {
  private static final int OVERHEAD_BYTES = 128;

  private final IndexDef index;
  private final byte[] key;
  private final DiskDatabase.View view;
  private final DiskVersions versions;
  private final TtlEras ages;
  private final long logTimeMillis;
  private final int firstKept;
  private final boolean isOnly;

  /**
   * @param ages of the index when the versions were these
   * @param isOnly whether there is no other index, so that no row is met twice
   */
  DiskSavedKey(
      IndexDef index,
      byte[] key,
      DiskHead head,
      TtlEras ages,
      long logTimeMillis,
      DiskDatabase.View view,
      boolean isOnly) {
    this.index = index;
    this.key = key;
    this.view = view;
    this.versions = new DiskVersions(view, index.position(), key, head);
    this.ages = ages;
    this.logTimeMillis = logTimeMillis;
    this.firstKept = ages.firstKept(versions);
    this.isOnly = isOnly;
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

  @Override
  public long heldBytes() {
    return OVERHEAD_BYTES + key.length;
  }

  @Override
  public void forEach(SavedRows rows, Visitor visitor) {
    int[] passed = {0};
    versions.fromOldest(
        version -> {
          if (passed[0]++ >= firstKept) {
            int count = rows.count();
            int number = isOnly ? rows.next() : rows.numberOf(version.rowOffset());
            boolean isNew = number == count;
            byte[] value = isNew ? view.row(version) : null;
            visitor.onVersion(version.ts(), number, isNew, version.rowOffset(), value);
          }
          return true;
        });
  }

  @Override
  public void forEachLive(LiveVisitor visitor) {
    int[] left = {versions.size() - ages.firstLive(versions, logTimeMillis)};
    if (left[0] <= 0) {
      return;
    }
    versions.fromNewest(
        TimeRange.ALL,
        version -> {
          visitor.onVersion(version.ts(), version.rowOffset(), view.row(version));
          return --left[0] > 0;
        });
  }
}
