package io.holdfast.tablet.replication;

/**
 * When snapshots are made, how they travel, and how much of the log is kept for those who are
 * behind. Sizes in bytes, times in nanoseconds.
 *
 * @param everyRecords a snapshot is made when so many records were applied since the last one,
 * @param everyBytes or the log has grown by so much, both only if the log since is at least half as
 *     large as the last snapshot: a large state is not written again and again for a few changes,
 * @param intervalNanos or so much time has passed and anything was applied
 * @param retainMaxBytes how much log is kept at most for replicas that are behind
 * @param chunkBytes one piece of a snapshot on the wire
 * @param bytesPerSecond how fast one tablet sends snapshots, all its partitions together
 */
public record SnapshotSettings(
    long everyRecords,
    long everyBytes,
    long intervalNanos,
    long retainMaxBytes,
    int chunkBytes,
    long bytesPerSecond) {

  private static final long SECOND = 1_000_000_000L;

  public static final SnapshotSettings DEFAULTS =
      new SnapshotSettings(1_000_000, 256L << 20, 3600 * SECOND, 4L << 30, 1 << 20, 64L << 20);

  /** Pieces that are on their way to one replica at a time. */
  static final int WINDOW_CHUNKS = 4;

  public SnapshotSettings {
    if (everyRecords < 1
        || everyBytes < 1
        || intervalNanos < 1
        || retainMaxBytes < 0
        || chunkBytes < 1
        || bytesPerSecond < 1) {
      throw new IllegalArgumentException("a setting for snapshots is too small");
    }
  }
}
