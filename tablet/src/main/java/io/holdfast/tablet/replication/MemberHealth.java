package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.EvictionReason;

/**
 * What a leader remembers of one member or learner beyond the present moment: since when it has
 * been slow or well, and how often it had to be left out.
 *
 * <p>A process that was restarted comes back at once; it is a fresh one. One that was left out
 * while it ran, or for the fourth time within a minute, must first show for a while that it is
 * well, and for twice as long each further time: each return and removal costs the group a pause.
 */
final class MemberHealth {
  private static final int RESTARTS_A_MINUTE = 3;
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final long NEVER = Long.MIN_VALUE;

  private final HealthSettings settings;
  private final long[] evictedAt = new long[RESTARTS_A_MINUTE];
  private int evictions;
  private long slowSince = NEVER;
  private long wellSince = NEVER;
  private long joinedAt;
  private int strikes;
  private long probationNanos;
  private boolean wasSilent;

  MemberHealth(HealthSettings settings, long now) {
    this.settings = settings;
    this.joinedAt = now;
  }

  void looksSlow(boolean slow, long now) {
    if (!slow) {
      slowSince = NEVER;
    } else if (slowSince == NEVER) {
      slowSince = now;
    }
  }

  boolean isSlow(long now) {
    return slowSince != NEVER && now - slowSince >= settings.slowForNanos();
  }

  void looksWell(boolean well, long now) {
    if (!well) {
      wellSince = NEVER;
    } else if (wellSince == NEVER) {
      wellSince = now;
    }
  }

  /** Whether it may be a member again. */
  boolean mayReturn(long now) {
    return probationNanos == 0 || (wellSince != NEVER && now - wellSince >= probationNanos);
  }

  /** How long it has to have been well before it may be a member; 0 when nothing is held back. */
  long probationNanos() {
    return probationNanos;
  }

  void joined(long now) {
    joinedAt = now;
    slowSince = NEVER;
    probationNanos = 0;
  }

  void evicted(EvictionReason reason, long now) {
    if (now - joinedAt >= settings.readmitMostNanos()) {
      strikes = 0;
    }
    int slot = evictions++ % RESTARTS_A_MINUTE;
    boolean flaps = evictions > RESTARTS_A_MINUTE && now - evictedAt[slot] < MINUTE_NANOS;
    evictedAt[slot] = now;
    wasSilent = reason == EvictionReason.SILENT && !flaps;
    slowSince = NEVER;
    wellSince = NEVER;
    if (reason.isRestart() && !flaps) {
      probationNanos = 0;
      return;
    }
    // Shifted by no more than needed to reach any sensible bound from any sensible start.
    long wanted = settings.readmitNanos() << Math.min(strikes, 16);
    probationNanos = Math.min(wanted, settings.readmitMostNanos());
    strikes++;
  }

  /**
   * Its connection was closed. If silence was all that was known of it, then its machine was gone
   * and has come back: this is a restart.
   */
  void restarted() {
    if (wasSilent && probationNanos > 0) {
      probationNanos = 0;
      strikes--;
    }
    wasSilent = false;
  }
}
