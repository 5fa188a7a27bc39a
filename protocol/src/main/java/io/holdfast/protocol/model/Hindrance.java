package io.holdfast.protocol.model;

/** Why a departing tablet still has a part in a partition. */
public enum Hindrance {
  /** Nothing is in the way: it is being taken over. */
  UNDER_WAY,
  /** No other replica is in sync and fit to take over. */
  NO_SUCCESSOR,
  /** It holds the only copy that is in sync, and that is never given up. */
  LAST_IN_SYNC,
  /** Without it, fewer copies would be in sync than the table's {@code min_insync}. */
  MIN_INSYNC
}
