package io.holdfast.protocol.model;

/**
 * Which replica may answer a read, and what its answer must reflect. The first two are
 * linearizable: the answer reflects every write that was acknowledged before the read was asked
 * for. The others trade that for answers of any replica.
 */
public enum ReadMode {
  /** Served by the leader while its lease is valid; falls back to {@link #QUORUM} while not. */
  LEADER,
  /** Served by the leader after one round in which a write quorum confirmed its term. */
  QUORUM,
  /** Served by any replica that has applied at least the version that the request names. */
  SESSION,
  /** Served by any replica as it is; the answer says its version and its age. */
  STALE;

  /** Whether an answer reflects every write that was acknowledged before. */
  public boolean isLinearizable() {
    return this == LEADER || this == QUORUM;
  }
}
