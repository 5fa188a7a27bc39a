package io.holdfast.tablet.replication;

/** How fast one host may send snapshots. What was sent too early is waited for afterwards. */
final class TransferPace {
  private static final double NANOS = 1e9;

  private final double bytesPerNano;
  private final double mostBytes;
  private double left;
  private long lookedAt;

  /**
   * @param burstBytes what may be sent at once after a pause
   */
  TransferPace(double bytesPerSecond, long burstBytes, long now) {
    this.bytesPerNano = bytesPerSecond / NANOS;
    this.mostBytes = burstBytes;
    this.left = burstBytes;
    this.lookedAt = now;
  }

  boolean isLeft(long now) {
    left = Math.min(mostBytes, left + (now - lookedAt) * bytesPerNano);
    lookedAt = now;
    return left > 0;
  }

  void spend(long bytes) {
    left -= bytes;
  }
}
