package io.holdfast.tablet.storage;

import java.util.Objects;

/**
 * The entries that a scan passes over before its first: at most so many, and only as long as their
 * times are in a range. What is to be passed over may have gone meanwhile; with a range an entry
 * outside of it is not passed over instead.
 */
public record ScanSkip(int count, TimeRange range) {
  public static final ScanSkip NONE = any(0);

  public ScanSkip {
    Objects.requireNonNull(range);
    if (count < 0) {
      throw new IllegalArgumentException("passes over " + count + " entries");
    }
  }

  /** So many, whatever their times. */
  public static ScanSkip any(int count) {
    return new ScanSkip(count, TimeRange.ALL);
  }

  /** So many of one time. */
  public static ScanSkip at(long ts, int count) {
    return new ScanSkip(count, new TimeRange(ts, ts));
  }
}
