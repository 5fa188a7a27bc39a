package io.holdfast.tablet.replication;

/** Told once whether a session may be answered here, on the loop that owns the partition. */
@FunctionalInterface
public interface SessionListener {
  /** What becomes of a read. */
  enum Verdict {
    /** The applied state is at least as new as what the session has seen: read it now. */
    SERVE,
    /** This replica is behind, and did not catch up in time: the leader should be asked. */
    BEHIND,
    /** There is no replica of the partition here that may be read. */
    NO_REPLICA
  }

  void onVerdict(Verdict verdict);
}
