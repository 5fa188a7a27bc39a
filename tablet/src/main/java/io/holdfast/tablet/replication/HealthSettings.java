package io.holdfast.tablet.replication;

/**
 * When a replica counts as slow, and how long one that was left out stays out. All times in
 * nanoseconds.
 *
 * @param slowFloorNanos no replica is slow whose 99th percentile is below this
 * @param slowFactor a member is slow when its 99th percentile is so many times that of the others
 * @param slowForNanos how long that must have been so
 * @param readmitNanos a member that was left out for being slow, or again and again, must have been
 *     well for so long; doubled with every repetition
 * @param readmitMostNanos that never becomes more than this, and is forgotten after as long a time
 *     in the set
 * @param evictionPauseNanos least time between two removals by one tablet of members that it still
 *     hears
 */
public record HealthSettings(
    long slowFloorNanos,
    int slowFactor,
    long slowForNanos,
    long readmitNanos,
    long readmitMostNanos,
    long evictionPauseNanos) {
  private static final long SECOND = 1_000_000_000L;

  public static final HealthSettings DEFAULTS =
      new HealthSettings(SECOND / 20, 8, 10 * SECOND, 10 * SECOND, 300 * SECOND, SECOND);

  public HealthSettings {
    if (slowFloorNanos < 1
        || slowFactor < 2
        || slowForNanos < 1
        || readmitNanos < 1
        || readmitMostNanos < readmitNanos
        || evictionPauseNanos < 0) {
      throw new IllegalArgumentException(
          "times must be positive and readmitMostNanos at least readmitNanos");
    }
  }
}
