package io.holdfast.tablet.replication;

/** How a write ended, as far as this replica can say. */
public enum WriteOutcome {
  /** Committed; it will never be lost. */
  OK,
  /** Not done: this replica does not lead. Ask the leader. */
  NOT_LEADER,
  /** Not done: the leader has not committed its first record yet. Repeat soon. */
  NOT_READY,
  /** Not done: the leader hands over to another one. Repeat soon. */
  HANDING_OVER,
  /** Not done: too much is under way. Repeat soon. */
  BUSY,
  /** Not done: fewer replicas are in sync than the table asks for. */
  TOO_FEW_REPLICAS,
  /** Not done: the leader's disk is too full. Somebody has to make room. */
  DISK_FULL,
  /** Not done: the leader has no memory left for further rows. Somebody has to make room. */
  MEMORY_FULL,
  /** Not done: larger than a record may be. */
  TOO_LARGE,
  /** Not done: the table has no such partition on this tablet. */
  NO_SUCH_PARTITION,
  /**
   * Nothing was done now, and nobody knows what was done before: the session has since used numbers
   * that lie too far above this one. The write's outcome is unknown unless this was its only try.
   */
  SEQ_TOO_OLD,
  /**
   * Nothing was done now, and nobody knows what was done before: the session wrote nothing for too
   * long, or too many others did, and was forgotten. A write that was surely not done before may be
   * asked for under a new session.
   */
  SESSION_FORGOTTEN,
  /** The leadership ended before the write was committed: it may be done yet, or never. */
  UNKNOWN;

  /** Whether this request certainly has, and will have, no effect; earlier ones may have had. */
  public boolean isRefusal() {
    return this != OK && this != UNKNOWN;
  }
}
