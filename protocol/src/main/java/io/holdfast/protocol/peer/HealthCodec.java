package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.WireCheck.positive;

import io.holdfast.protocol.message.ReportMessage.MemberUnfit;
import io.holdfast.protocol.message.ReportMessage.RelieveMe;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.EvictionReason;
import io.holdfast.protocol.model.ReliefReason;
import io.holdfast.protocol.peer.wire.PeerDiskLevel;
import io.holdfast.protocol.peer.wire.PeerEvictionReason;
import io.holdfast.protocol.peer.wire.PeerMemberUnfit;
import io.holdfast.protocol.peer.wire.PeerReliefReason;
import io.holdfast.protocol.peer.wire.PeerRelieveMe;

/** What leaders report about members, and about themselves, that are not fit; on the wire. */
final class HealthCodec {
  private HealthCodec() {}

  static PeerMemberUnfit wire(MemberUnfit message) {
    return PeerMemberUnfit.newBuilder()
        .setPartition(ModelCodec.encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setMember(ModelCodec.encode(message.member()))
        .setReason(wire(message.reason()))
        .build();
  }

  static MemberUnfit message(PeerMemberUnfit wire) {
    return new MemberUnfit(
        ModelCodec.decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        ModelCodec.decodeNode(wire.getMember()),
        reason(wire.getReason()));
  }

  static PeerRelieveMe wire(RelieveMe message) {
    return PeerRelieveMe.newBuilder()
        .setPartition(ModelCodec.encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setReason(wire(message.reason()))
        .setSuccessor(ModelCodec.encode(message.successor()))
        .build();
  }

  static RelieveMe message(PeerRelieveMe wire) {
    return new RelieveMe(
        ModelCodec.decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        reason(wire.getReason()),
        ModelCodec.decodeNode(wire.getSuccessor()));
  }

  static PeerDiskLevel wire(DiskLevel level) {
    return switch (level) {
      case ROOMY -> PeerDiskLevel.DISK_LEVEL_ROOMY;
      case FILLING -> PeerDiskLevel.DISK_LEVEL_FILLING;
      case LOW -> PeerDiskLevel.DISK_LEVEL_LOW;
      case FULL -> PeerDiskLevel.DISK_LEVEL_FULL;
    };
  }

  static DiskLevel level(PeerDiskLevel wire) {
    return switch (wire) {
      case DISK_LEVEL_ROOMY -> DiskLevel.ROOMY;
      case DISK_LEVEL_FILLING -> DiskLevel.FILLING;
      case DISK_LEVEL_LOW -> DiskLevel.LOW;
      case DISK_LEVEL_FULL -> DiskLevel.FULL;
      case UNRECOGNIZED -> throw new IllegalArgumentException("no known level of a disk: " + wire);
    };
  }

  private static PeerEvictionReason wire(EvictionReason reason) {
    return switch (reason) {
      case CLOSED -> PeerEvictionReason.EVICTION_REASON_CLOSED;
      case FOREIGN -> PeerEvictionReason.EVICTION_REASON_FOREIGN;
      case SILENT -> PeerEvictionReason.EVICTION_REASON_SILENT;
      case OWES -> PeerEvictionReason.EVICTION_REASON_OWES;
      case SLOW -> PeerEvictionReason.EVICTION_REASON_SLOW;
      case KEEPS_TOO_MUCH -> PeerEvictionReason.EVICTION_REASON_KEEPS_TOO_MUCH;
      case DISK_FULL -> PeerEvictionReason.EVICTION_REASON_DISK_FULL;
      case UNTRUSTED -> PeerEvictionReason.EVICTION_REASON_UNTRUSTED;
    };
  }

  private static EvictionReason reason(PeerEvictionReason wire) {
    return switch (wire) {
      case EVICTION_REASON_CLOSED -> EvictionReason.CLOSED;
      case EVICTION_REASON_FOREIGN -> EvictionReason.FOREIGN;
      case EVICTION_REASON_SILENT -> EvictionReason.SILENT;
      case EVICTION_REASON_OWES -> EvictionReason.OWES;
      case EVICTION_REASON_SLOW -> EvictionReason.SLOW;
      case EVICTION_REASON_KEEPS_TOO_MUCH -> EvictionReason.KEEPS_TOO_MUCH;
      case EVICTION_REASON_DISK_FULL -> EvictionReason.DISK_FULL;
      case EVICTION_REASON_UNTRUSTED -> EvictionReason.UNTRUSTED;
      case EVICTION_REASON_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no known reason to remove a member: " + wire);
    };
  }

  private static PeerReliefReason wire(ReliefReason reason) {
    return switch (reason) {
      case SLOW_DISK -> PeerReliefReason.RELIEF_REASON_SLOW_DISK;
      case PAUSES -> PeerReliefReason.RELIEF_REASON_PAUSES;
      case DISK_FULL -> PeerReliefReason.RELIEF_REASON_DISK_FULL;
    };
  }

  private static ReliefReason reason(PeerReliefReason wire) {
    return switch (wire) {
      case RELIEF_REASON_SLOW_DISK -> ReliefReason.SLOW_DISK;
      case RELIEF_REASON_PAUSES -> ReliefReason.PAUSES;
      case RELIEF_REASON_DISK_FULL -> ReliefReason.DISK_FULL;
      case RELIEF_REASON_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no known reason to replace a leader: " + wire);
    };
  }
}
