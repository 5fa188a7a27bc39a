package io.holdfast.tablet.storage;

import java.util.Objects;
import java.util.UUID;

/**
 * The copy that a disk engine's state belongs to.
 *
 * @param clusterId the cluster
 * @param replicaUid drawn when the replica's directory was made
 * @param tid table
 * @param pid partition
 * @param schema fingerprint of the table as it was defined
 */
public record DiskIdentity(String clusterId, UUID replicaUid, int tid, int pid, long schema) {
  /** Whether the other one is a copy of the same partition of the same table. */
  boolean isOfSamePartition(DiskIdentity other) {
    return clusterId.equals(other.clusterId)
        && tid == other.tid
        && pid == other.pid
        && schema == other.schema;
  }

  public DiskIdentity {
    Objects.requireNonNull(clusterId);
    Objects.requireNonNull(replicaUid);
  }
}
