package io.holdfast.tablet.replication;

/**
 * The protocol's times and bounds. All times in nanoseconds.
 *
 * @param heartbeatNanos how often a leader asks for promises
 * @param leaseNanos how long a promise lasts on the clock of the replica that gave it
 * @param leaseMarginPercent part of the lease that the leader leaves unused, for clocks that run at
 *     different rates
 * @param leaseMarginNanos fixed part that it leaves unused besides
 * @param evictAfterNanos a member that acknowledges nothing for so long is proposed for removal
 * @param commitNoticeNanos how soon followers hear of a commit that no append carries to them
 * @param resendNanos how often a request to the nameserver, or a lost append, is repeated
 * @param promoteLag a learner that misses no more records than this becomes a member
 * @param windowRecords records a leader holds without knowing them committed; beyond it refuses
 * @param windowBytes payload bytes it holds so
 * @param tailBytes of records that the disk has as well a tablet keeps no more than this in memory
 * @param appendBytes payload bytes of one append
 * @param maxRecordBytes largest payload of one record
 * @param transferPauseNanos for how long a leader takes no writes so that its successor can catch
 *     up; up to three times as long when it has
 * @param applyBytes payload bytes that are applied before other work gets its turn
 * @param sessions how much is remembered of clients' sessions; the same on every replica
 * @param snapshots when snapshots are made and how they travel
 * @param health when a member counts as slow, and how long one that was left out stays out
 */
public record ReplicationSettings(
    long heartbeatNanos,
    long leaseNanos,
    int leaseMarginPercent,
    long leaseMarginNanos,
    long evictAfterNanos,
    long commitNoticeNanos,
    long resendNanos,
    int promoteLag,
    int windowRecords,
    int windowBytes,
    long tailBytes,
    int appendBytes,
    int maxRecordBytes,
    long transferPauseNanos,
    int applyBytes,
    SessionLimits sessions,
    SnapshotSettings snapshots,
    HealthSettings health) {

  private static final long MILLI = 1_000_000L;

  public static final ReplicationSettings DEFAULTS =
      new ReplicationSettings(
          100 * MILLI,
          600 * MILLI,
          10,
          10 * MILLI,
          600 * MILLI,
          20 * MILLI,
          100 * MILLI,
          1000,
          4096,
          16 << 20,
          32 << 20,
          1 << 20,
          4 << 20,
          300 * MILLI,
          16 << 20,
          SessionLimits.DEFAULTS,
          SnapshotSettings.DEFAULTS,
          HealthSettings.DEFAULTS);

  /** How much slower or faster than true time a clock may run, in percent. */
  public static final int CLOCK_RATE_ERROR_PERCENT = 1;

  public ReplicationSettings {
    if (heartbeatNanos * 3 > leaseNanos) {
      throw new IllegalArgumentException(
          "a lease must last at least three heartbeats: lease "
              + leaseNanos
              + " ns, heartbeat "
              + heartbeatNanos
              + " ns");
    }
    int error = CLOCK_RATE_ERROR_PERCENT;
    if ((100 - leaseMarginPercent) * (100 + error) > 100 * (100 - error)) {
      throw new IllegalArgumentException(
          "a lease margin of "
              + leaseMarginPercent
              + " % does not cover clocks that are "
              + error
              + " % off");
    }
    if (maxRecordBytes > appendBytes * 8L || maxRecordBytes > windowBytes) {
      throw new IllegalArgumentException("a record must fit into the window");
    }
    if (applyBytes < windowBytes) {
      // Otherwise a write could be committed, and be answered, before it is applied.
      throw new IllegalArgumentException("what the window holds must be applied in one go");
    }
  }

  /** For how long after sending a heartbeat its acknowledgement lets the leader read. */
  long usableLeaseNanos() {
    return leaseNanos / 100 * (100 - leaseMarginPercent) - leaseMarginNanos;
  }
}
