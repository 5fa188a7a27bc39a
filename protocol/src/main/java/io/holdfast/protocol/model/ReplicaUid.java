package io.holdfast.protocol.model;

/**
 * The identity of one replica's disk content: 128 random bits drawn when its directory was made. An
 * empty or foreign disk can never return under a uid that the cluster counts on.
 */
public record ReplicaUid(long high, long low) {
  /** Not known yet: the replica was placed, but has not reported its directory. */
  public static final ReplicaUid UNKNOWN = new ReplicaUid(0, 0);

  public boolean isKnown() {
    return high != 0 || low != 0;
  }

  @Override
  public String toString() {
    return isKnown() ? String.format("%016x%016x", high, low) : "unknown";
  }
}
