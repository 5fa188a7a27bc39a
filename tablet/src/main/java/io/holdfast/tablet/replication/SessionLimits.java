package io.holdfast.tablet.replication;

/**
 * How much of its clients' sessions a partition remembers. All replicas of a partition must go by
 * the same limits, or their states drift apart; so these are no settings of a tablet, and changing
 * them is changing the format of the replicated state.
 *
 * @param maxSessions sessions of one partition; beyond it the one that wrote least recently goes
 * @param idleMillis a session that has written nothing for so long, by the time in the log, goes
 */
public record SessionLimits(int maxSessions, long idleMillis) {
  /** Writes of a session that are remembered: as many as it may have under way at a time. */
  public static final int WINDOW = 64;

  /** 100,000 sessions, one hour. */
  public static final SessionLimits DEFAULTS = new SessionLimits(100_000, 3_600_000);

  public SessionLimits {
    if (maxSessions < 1 || idleMillis < 1) {
      throw new IllegalArgumentException(
          "session limits out of range: " + maxSessions + " sessions, " + idleMillis + " ms idle");
    }
  }
}
