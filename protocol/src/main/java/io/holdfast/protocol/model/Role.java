package io.holdfast.protocol.model;

/** What a replica does at the moment. Volatile: a started replica is {@link #FENCED}. */
public enum Role {
  /** Follows nobody: just started, or between two leaders. */
  FENCED,
  /** Takes records from the leader of its term and counts in the in-sync set. */
  FOLLOWER,
  /** Takes records from the leader of its term and counts nowhere yet. */
  LEARNER,
  /**
   * Takes records from the leader of its term, counts in the in-sync set, and keeps nothing but the
   * log: no rows, no reads, never a leader.
   */
  WITNESS,
  /** Orders the partition's writes in its term. */
  LEADER
}
