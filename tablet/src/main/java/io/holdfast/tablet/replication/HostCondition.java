package io.holdfast.tablet.replication;

/** What all replicas of one host have in common: its pauses, its pace. */
final class HostCondition {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final long NEVER = Long.MIN_VALUE;

  private final EvictionBudget evictions;
  private final TransferPace pace;
  private final TransferCounters transfers = new TransferCounters(null);
  private final long pauseNanos;
  private long tickedAt = NEVER;
  private long lastPauseAt = NEVER;
  private long pauseBeforeAt = NEVER;

  /**
   * @param evictions how often its replicas may have members removed
   * @param pace how fast they may send snapshots
   * @param pauseNanos standing still for longer than this puts a lease at risk
   */
  HostCondition(EvictionBudget evictions, TransferPace pace, long pauseNanos) {
    this.evictions = evictions;
    this.pace = pace;
    this.pauseNanos = pauseNanos;
  }

  EvictionBudget evictions() {
    return evictions;
  }

  TransferPace pace() {
    return pace;
  }

  /** What its replicas have sent so that others catch up. */
  TransferCounters transfers() {
    return transfers;
  }

  void tick(long now) {
    if (tickedAt != NEVER && now - tickedAt > pauseNanos) {
      pauseBeforeAt = lastPauseAt;
      lastPauseAt = now;
    }
    tickedAt = now;
  }

  /** Whether the process stood still for too long twice within the last minute. */
  boolean pausesOften(long now) {
    return pauseBeforeAt != NEVER && now - pauseBeforeAt < MINUTE_NANOS;
  }
}
