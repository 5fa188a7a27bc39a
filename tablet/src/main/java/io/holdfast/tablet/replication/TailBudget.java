package io.holdfast.tablet.replication;

/**
 * Memory for the newest records of logs: the replicas of a loop share it evenly, whether they are
 * written to or not, so that no more than the whole is ever taken, but for the least that each may
 * have. Single owner.
 */
final class TailBudget {
  private final long totalBytes;
  private final long leastBytes;
  private int replicas = 1;

  /**
   * @param totalBytes for all replicas together
   * @param leastBytes a replica's share however many there are: less would have a leader read from
   *     disk what it has just written
   */
  TailBudget(long totalBytes, long leastBytes) {
    this.totalBytes = totalBytes;
    this.leastBytes = leastBytes;
  }

  void sharedBy(int count) {
    replicas = Math.max(1, count);
  }

  /** How much a replica may have now. */
  long shareBytes() {
    return Math.max(leastBytes, totalBytes / replicas);
  }
}
