package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.Role;

/** What is reported of a replica that was taken out of service, until it is opened anew. */
final class FailedReplica {
  private FailedReplica() {}

  /** The last state, without any role; a divergence is noted where it outlives the process. */
  static ReplicaStatus of(ReplicaStatus last, ReplicaStore store, RuntimeException cause) {
    ReplicaFlags flags = last.flags();
    if (cause instanceof DivergedException) {
      flags = flags.with(Flag.DIVERGED);
      try {
        store.persistFlags(flags);
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
      }
    } else {
      flags = flags.with(Flag.CORRUPT);
    }
    return new ReplicaStatus(
        last.id(),
        last.uid(),
        Role.FENCED,
        last.term(),
        0,
        false,
        true,
        flags,
        last.lastOffset(),
        last.commit(),
        last.applied(),
        0,
        0,
        CatchUp.NONE,
        last.snapshotOffset(),
        last.diskBytes(),
        last.alterations(),
        0);
  }
}
