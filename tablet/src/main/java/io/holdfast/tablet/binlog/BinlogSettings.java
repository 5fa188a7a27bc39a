package io.holdfast.tablet.binlog;

/**
 * How a binlog uses its files.
 *
 * @param segmentBytes a segment is closed when the next record would make it longer; a record that
 *     alone is longer gets a segment to itself
 * @param preallocateBytes a segment grows in zero-filled steps of this size, so that most syncs
 *     need not write the file's length, too
 * @param recycledCuts how many cut-off suffixes are kept for a look; the oldest go first
 * @param files opens what is written to
 */
public record BinlogSettings(
    int segmentBytes, int preallocateBytes, int recycledCuts, LogFileOpener files) {
  /** 64 MiB segments that grow by 4 MiB; 32 cuts are kept. */
  public static final BinlogSettings DEFAULT = new BinlogSettings(64 << 20, 4 << 20, 32);

  /** The same, with the machine's files. */
  public BinlogSettings(int segmentBytes, int preallocateBytes, int recycledCuts) {
    this(segmentBytes, preallocateBytes, recycledCuts, LogFileOpener.REAL);
  }

  public BinlogSettings {
    if (segmentBytes < SegmentFormat.HEADER_BYTES + RecordFormat.HEADER_BYTES) {
      throw new IllegalArgumentException("segmentBytes is too small: " + segmentBytes);
    }
    if (preallocateBytes < 1 || preallocateBytes > segmentBytes) {
      throw new IllegalArgumentException("preallocateBytes must be in [1, segmentBytes]");
    }
    if (recycledCuts < 1) {
      throw new IllegalArgumentException("recycledCuts must be positive");
    }
  }
}
