package io.holdfast.protocol.model;

/** How full the disk under a tablet's data is. In order: each is worse than the one before. */
public enum DiskLevel {
  /** There is room. */
  ROOMY,
  /** Time to make room or to add a disk; nothing is different yet. */
  FILLING,
  /** A leader takes no new writes, and a learner with such a disk does not become a member. */
  LOW,
  /** A follower takes no records and wants to be left out; only what frees space is written. */
  FULL;

  /** Whether it is as bad as the other one, or worse. */
  public boolean isAtLeast(DiskLevel other) {
    return compareTo(other) >= 0;
  }
}
