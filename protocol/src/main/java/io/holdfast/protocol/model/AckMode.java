package io.holdfast.protocol.model;

/** When a client is told that its write is done. A table's option. */
public enum AckMode {
  /** Every in-sync replica holds the record on disk. Nothing is lost while one of them survives. */
  ALL,
  /** A majority of the in-sync replicas holds the record on disk. */
  MAJORITY,
  /**
   * The leader holds the record on disk. It commits, like {@link #MAJORITY}, when a majority does;
   * what was not committed when the leader dies is lost.
   */
  LEADER;

  /**
   * How many members of an in-sync set must hold a record before it is committed (W).
   *
   * @param members size of the in-sync set
   */
  public int writeQuorum(int members) {
    return this == ALL ? members : members / 2 + 1;
  }

  /**
   * How many members must answer an election, so that at least one of them holds every committed
   * record (R): any R of them and any W of them have one in common.
   *
   * @param members size of the in-sync set
   */
  public int electionQuorum(int members) {
    return members - writeQuorum(members) + 1;
  }

  /** Whether commit needs the whole set, so that each member alone holds everything committed. */
  public boolean needsEvery(int members) {
    return writeQuorum(members) == members;
  }
}
