package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.DiskLevel;

/** What all replicas of one host have in common: its disk, its pauses, its pace of removals. */
final class HostCondition {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final long NEVER = Long.MIN_VALUE;

  private final EvictionBudget evictions;
  private final long pauseNanos;
  private DiskLevel disk = DiskLevel.ROOMY;
  private long tickedAt = NEVER;
  private long lastPauseAt = NEVER;
  private long pauseBeforeAt = NEVER;

  /**
   * @param pauseNanos standing still for longer than this puts a lease at risk
   */
  HostCondition(EvictionBudget evictions, long pauseNanos) {
    this.evictions = evictions;
    this.pauseNanos = pauseNanos;
  }

  EvictionBudget evictions() {
    return evictions;
  }

  DiskLevel disk() {
    return disk;
  }

  void diskIs(DiskLevel level) {
    disk = level;
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
