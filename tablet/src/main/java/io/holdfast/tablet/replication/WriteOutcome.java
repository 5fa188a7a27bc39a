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
  /** Not done: larger than a record may be. */
  TOO_LARGE,
  /** Not done: the table has no such partition on this tablet. */
  NO_SUCH_PARTITION,
  /** The leadership ended before the write was committed: it may be done yet, or never. */
  UNKNOWN;

  /** Whether the write certainly has, and will have, no effect. */
  public boolean isRefusal() {
    return this != OK && this != UNKNOWN;
  }
}
