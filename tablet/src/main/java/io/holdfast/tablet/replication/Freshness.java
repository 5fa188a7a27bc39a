package io.holdfast.tablet.replication;

/**
 * Since when a replica may be behind. The <em>age</em> of its applied state is the time, on its own
 * clock, since it received the last message in which a leader that held its lease named a commit
 * offset that is applied here by now: at the moment that message was sent, the state lacked nothing
 * that was committed anywhere. How long the message was on its way, or waited in this process, is
 * not part of the age. A leader that holds its lease has age 0.
 *
 * <p>Kept by two claims only: one that waits to be applied, and the newest one behind it. A replica
 * that is always a little behind so learns of some claims, and its age may be up to twice what it
 * lags.
 */
final class Freshness {
  static final long UNKNOWN = -1;

  private boolean waits;
  private long awaitedOffset;
  private long awaitedAt;
  private long newestOffset;
  private long newestAt;
  private boolean known;
  private long currentAt;

  /** A leader that holds its lease says: nothing beyond this offset is committed. */
  void told(long commit, long now) {
    newestOffset = commit;
    newestAt = now;
    if (!waits) {
      waits = true;
      awaitedOffset = commit;
      awaitedAt = now;
    }
  }

  /** Everything up to this offset is applied. */
  void applied(long offset) {
    if (!waits || offset < awaitedOffset) {
      return;
    }
    known = true;
    if (offset >= newestOffset) {
      waits = false;
      currentAt = newestAt;
    } else {
      currentAt = awaitedAt;
      awaitedOffset = newestOffset;
      awaitedAt = newestAt;
    }
  }

  /** Whether the replica was up to date at any time in this life. */
  boolean isKnown() {
    return known;
  }

  /** The age; {@link #UNKNOWN} when the replica was not up to date in this life yet. */
  long ageNanos(long now) {
    return known ? Math.max(0, now - currentAt) : UNKNOWN;
  }
}
