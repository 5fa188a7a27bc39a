package io.holdfast.protocol.model;

/** How a read makes sure that it sees every acknowledged write. */
public enum ReadMode {
  /** Served by the leader while its lease is valid; falls back to {@link #QUORUM} while not. */
  LEADER,
  /** Served by the leader after one round in which a write quorum confirmed its term. */
  QUORUM
}
