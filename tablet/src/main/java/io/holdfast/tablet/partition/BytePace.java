package io.holdfast.tablet.partition;

/**
 * Keeps what is written in the background below a number of bytes per second, so that it does not
 * take the disk from those who wait for it. Nobody sleeps for it: who writes says how much it was,
 * and who hands out more work asks first. Thread-safe.
 */
final class BytePace {
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** So far behind the pace is nobody held up, and so much is never saved up. */
  private static final long SLACK_NANOS = 50_000_000L;

  private final long bytesPerSecond;
  private long paidUntil;
  private boolean begun;

  /**
   * @param bytesPerSecond 0 for no limit
   */
  BytePace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** So many bytes were written. */
  synchronized void written(long bytes, long now) {
    if (bytesPerSecond > 0) {
      long from = begun && paidUntil - now > 0 ? paidUntil : now;
      paidUntil = from + (long) ((double) bytes / bytesPerSecond * SECOND_NANOS);
      begun = true;
    }
  }

  /** Whether more may be handed out. */
  synchronized boolean allows(long now) {
    return !begun || paidUntil - now <= SLACK_NANOS;
  }
}
