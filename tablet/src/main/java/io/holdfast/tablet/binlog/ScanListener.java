package io.holdfast.tablet.binlog;

/** Told how far the reading of a log at start has come. On the thread that reads. */
@FunctionalInterface
public interface ScanListener {
  /** Does nothing. */
  ScanListener NONE = (bytes, records) -> {};

  /**
   * More was read and checked since the last call: about a mebibyte, or what there was to the end
   * of a file.
   */
  void scanned(long bytes, long records);
}
