package io.holdfast.tablet.storage;

import io.holdfast.protocol.openmldb.tablet.GetType;

/**
 * Entry times from low to high, both included; empty when low is above high.
 *
 * <p>In OpenMLDB's calls a time of 0 means "no bound"; the factory methods know that.
 */
public record TimeRange(long low, long high) {
  /** Every time. */
  public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  private static final TimeRange NONE = new TimeRange(1, 0);

  /**
   * What a Get or a Count asks for.
   *
   * @param ts compared as type says; 0 for the newest
   * @param endTs compared as endType says; 0 for no bound
   */
  public static TimeRange of(long ts, GetType type, long endTs, GetType endType) {
    TimeRange first = ts == 0 ? ALL : of(ts, type);
    return endTs == 0 ? first : first.and(of(endTs, endType));
  }

  /** Times that compare with ts as the type says. */
  public static TimeRange of(long ts, GetType type) {
    return switch (type) {
      case kSubKeyEq -> new TimeRange(ts, ts);
      case kSubKeyLe -> new TimeRange(Long.MIN_VALUE, ts);
      case kSubKeyLt -> ts == Long.MIN_VALUE ? NONE : new TimeRange(Long.MIN_VALUE, ts - 1);
      case kSubKeyGe -> new TimeRange(ts, Long.MAX_VALUE);
      case kSubKeyGt -> ts == Long.MAX_VALUE ? NONE : new TimeRange(ts + 1, Long.MAX_VALUE);
    };
  }

  /** What a Scan asks for: newest first from st down to, but without, et; 0 for no bound. */
  public static TimeRange ofScan(long st, long et) {
    return of(st, GetType.kSubKeyLe, et, GetType.kSubKeyGt);
  }

  /** The times in both. */
  public TimeRange and(TimeRange other) {
    return new TimeRange(Math.max(low, other.low), Math.min(high, other.high));
  }

  public boolean isEmpty() {
    return low > high;
  }

  public boolean contains(long ts) {
    return low <= ts && ts <= high;
  }
}
