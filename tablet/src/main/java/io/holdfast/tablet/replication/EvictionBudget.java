package io.holdfast.tablet.replication;

/**
 * How often the replicas of one host may have members removed that nobody else finds fault with. If
 * it is this tablet that is ill, all members of all its partitions look slow at the same time.
 */
final class EvictionBudget {
  private final long pauseNanos;
  private boolean spent;
  private long spentAt;

  EvictionBudget(long pauseNanos) {
    this.pauseNanos = pauseNanos;
  }

  boolean isLeft(long now) {
    return !spent || now - spentAt >= pauseNanos;
  }

  void spend(long now) {
    spent = true;
    spentAt = now;
  }
}
