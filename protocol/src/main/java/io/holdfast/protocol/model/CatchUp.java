package io.holdfast.protocol.model;

/** How a replica that follows a leader gets what it lacks. */
public enum CatchUp {
  /** It follows nobody. */
  NONE,
  /** The leader's log does not go back far enough: it receives a snapshot. */
  SNAPSHOT,
  /** It reads the leader's log, and is far behind its end. */
  LOG,
  /** It gets records as they are written. */
  INLINE
}
