package io.holdfast.tablet.binlog;

import io.holdfast.protocol.model.ReplicaFlags;
import java.util.Objects;
import java.util.UUID;

/**
 * What a replica must remember besides its log.
 *
 * @param clusterId of the cluster it belongs to; at most 255 bytes in UTF-8
 * @param replicaUid 128 random bits, drawn when the directory was made; a copy of the replica made
 *     on an empty disk never has the same
 * @param tid table
 * @param pid partition
 * @param term highest term seen
 * @param flags what of {@link ReplicaFlags} outlives the process: amnesiac and diverged
 * @param witness whether the replica keeps the log only; settled when its directory was made
 * @param schema the table's definition, serialized; must not be changed after it was handed over
 */
public record ReplicaMeta(
    String clusterId,
    UUID replicaUid,
    int tid,
    int pid,
    long term,
    ReplicaFlags flags,
    boolean witness,
    byte[] schema) {
  public ReplicaMeta {
    Objects.requireNonNull(clusterId);
    Objects.requireNonNull(replicaUid);
    Objects.requireNonNull(flags);
    Objects.requireNonNull(schema);
    if (tid < 0 || pid < 0 || term < 0) {
      throw new IllegalArgumentException("tid " + tid + ", pid " + pid + ", term " + term);
    }
  }

  /** Of a copy of the data. */
  public ReplicaMeta(
      String clusterId,
      UUID replicaUid,
      int tid,
      int pid,
      long term,
      ReplicaFlags flags,
      byte[] schema) {
    this(clusterId, replicaUid, tid, pid, term, flags, false, schema);
  }

  /** The same replica at a higher term. */
  public ReplicaMeta withTerm(long higher) {
    if (higher < term) {
      throw new IllegalArgumentException("term cannot fall from " + term + " to " + higher);
    }
    return new ReplicaMeta(clusterId, replicaUid, tid, pid, higher, flags, witness, schema);
  }

  /** The same replica with other flags. */
  public ReplicaMeta withFlags(ReplicaFlags newFlags) {
    return new ReplicaMeta(clusterId, replicaUid, tid, pid, term, newFlags, witness, schema);
  }

  /** The same replica with another definition of its table. */
  public ReplicaMeta withSchema(byte[] newSchema) {
    return new ReplicaMeta(clusterId, replicaUid, tid, pid, term, flags, witness, newSchema);
  }

  @Override
  public String toString() {
    return "replica "
        + replicaUid
        + " of "
        + tid
        + "_"
        + pid
        + " in "
        + clusterId
        + ", term "
        + term
        + (witness ? ", witness" : "")
        + (flags.isClean() ? "" : ", " + flags);
  }
}
