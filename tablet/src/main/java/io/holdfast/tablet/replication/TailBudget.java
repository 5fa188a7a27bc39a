package io.holdfast.tablet.replication;

import java.util.function.IntSupplier;

/**
 * Memory for the newest records of logs: the replicas of a loop share it evenly, whether they are
 * written to or not, so that no more than the whole is ever taken, but for the least that each may
 * have. Single owner.
 */
final class TailBudget {
  private final long totalBytes;
  private final long leastBytes;
  private final IntSupplier replicas;

  /**
   * @param totalBytes for all replicas together
   * @param leastBytes a replica's share however many there are: less would have a leader read from
   *     disk what it has just written
   * @param replicas how many share it at the moment
   */
  TailBudget(long totalBytes, long leastBytes, IntSupplier replicas) {
    this.totalBytes = totalBytes;
    this.leastBytes = leastBytes;
    this.replicas = replicas;
  }

  /** How much a replica may have now. */
  long shareBytes() {
    return Math.max(leastBytes, totalBytes / Math.max(1, replicas.getAsInt()));
  }
}
