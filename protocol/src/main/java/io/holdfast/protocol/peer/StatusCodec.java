package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.WireCheck.count;

import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.peer.wire.PeerCatchUp;
import io.holdfast.protocol.peer.wire.PeerReplica;
import io.holdfast.protocol.peer.wire.PeerRole;

/** The state of one replica on the wire. */
final class StatusCodec {
  private StatusCodec() {}

  static PeerReplica encode(ReplicaStatus status) {
    return PeerReplica.newBuilder()
        .setPartition(ModelCodec.encode(status.id()))
        .setUid(ModelCodec.encode(status.uid()))
        .setRole(encode(status.role()))
        .setTerm(count("term", status.term()))
        .setVersion(count("version", status.version()))
        .setActive(status.active())
        .setSteppedDown(status.steppedDown())
        .setFlags(status.flags().bits())
        .setLastOffset(count("lastOffset", status.lastOffset()))
        .setCommit(count("commit", status.commit()))
        .setApplied(count("applied", status.applied()))
        .setRows(count("rows", status.rows()))
        .setBytes(count("bytes", status.bytes()))
        .setCatchUp(encode(status.catchUp()))
        .setSnapshotOffset(count("snapshotOffset", status.snapshotOffset()))
        .setDiskBytes(count("diskBytes", status.diskBytes()))
        .setAlterations(count("alterations", status.alterations()))
        .setFilled(count("filled", status.filled()))
        .build();
  }

  static ReplicaStatus decode(PeerReplica wire) {
    return new ReplicaStatus(
        ModelCodec.decode(wire.hasPartition(), wire.getPartition()),
        ModelCodec.decode(wire.hasUid(), wire.getUid()),
        decode(wire.getRole()),
        count("term", wire.getTerm()),
        count("version", wire.getVersion()),
        wire.getActive(),
        wire.getSteppedDown(),
        new ReplicaFlags(wire.getFlags()),
        count("lastOffset", wire.getLastOffset()),
        count("commit", wire.getCommit()),
        count("applied", wire.getApplied()),
        count("rows", wire.getRows()),
        count("bytes", wire.getBytes()),
        decode(wire.getCatchUp()),
        count("snapshotOffset", wire.getSnapshotOffset()),
        count("diskBytes", wire.getDiskBytes()),
        count("alterations", wire.getAlterations()),
        count("filled", wire.getFilled()));
  }

  private static PeerCatchUp encode(CatchUp catchUp) {
    return switch (catchUp) {
      case NONE -> PeerCatchUp.CATCH_UP_UNSPECIFIED;
      case SNAPSHOT -> PeerCatchUp.CATCH_UP_SNAPSHOT;
      case LOG -> PeerCatchUp.CATCH_UP_LOG;
      case INLINE -> PeerCatchUp.CATCH_UP_INLINE;
    };
  }

  private static CatchUp decode(PeerCatchUp wire) {
    return switch (wire) {
      // One that a newer version knows is nothing to fail for: it is only shown to people.
      case CATCH_UP_UNSPECIFIED, UNRECOGNIZED -> CatchUp.NONE;
      case CATCH_UP_SNAPSHOT -> CatchUp.SNAPSHOT;
      case CATCH_UP_LOG -> CatchUp.LOG;
      case CATCH_UP_INLINE -> CatchUp.INLINE;
    };
  }

  private static PeerRole encode(Role role) {
    return switch (role) {
      case FENCED -> PeerRole.ROLE_FENCED;
      case FOLLOWER -> PeerRole.ROLE_FOLLOWER;
      case LEARNER -> PeerRole.ROLE_LEARNER;
      case LEADER -> PeerRole.ROLE_LEADER;
      case WITNESS -> PeerRole.ROLE_WITNESS;
    };
  }

  private static Role decode(PeerRole wire) {
    return switch (wire) {
      case ROLE_FENCED -> Role.FENCED;
      case ROLE_FOLLOWER -> Role.FOLLOWER;
      case ROLE_LEARNER -> Role.LEARNER;
      case ROLE_LEADER -> Role.LEADER;
      case ROLE_WITNESS -> Role.WITNESS;
      case ROLE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no such role: " + wire);
    };
  }
}
