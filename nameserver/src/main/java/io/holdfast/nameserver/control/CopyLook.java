package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;

/** How a copy gets to be what it shall be, in words. Pure functions of what tablets say. */
final class CopyLook {
  private final TabletRegistry tablets;

  CopyLook(TabletRegistry tablets) {
    this.tablets = tablets;
  }

  /** What a tablet says of its copy; null when it is down or has none. */
  ReplicaStatus status(PartitionRecord record, NodeId tablet) {
    return tablets.isAlive(tablet) ? tablets.find(tablet).replica(record.id()) : null;
  }

  /** How far a copy is on its way into the in-sync set. */
  OpLook catchingUp(PartitionRecord record, NodeId tablet) {
    if (!tablets.isAlive(tablet)) {
      return OpLook.doing(OpTask.LOAD_TABLE, tablet + " is not up; it is waited for");
    }
    ReplicaStatus copy = status(record, tablet);
    if (copy == null) {
      return OpLook.doing(OpTask.LOAD_TABLE, tablet + " is told to make a copy");
    }
    String offsets = "offset " + copy.lastOffset() + leaderOffset(record, copy);
    return switch (copy.catchUp()) {
      case SNAPSHOT -> OpLook.doing(OpTask.SEND_SNAPSHOT, tablet + " is sent a snapshot");
      case LOG -> OpLook.doing(OpTask.ADD_REPLICA, tablet + " reads the log, " + offsets);
      case NONE, INLINE ->
          OpLook.doing(OpTask.CHECK_SYNC, tablet + " is about to be in sync, " + offsets);
    };
  }

  private String leaderOffset(PartitionRecord record, ReplicaStatus copy) {
    ReplicaStatus leader = record.leader() == null ? null : status(record, record.leader());
    if (leader == null) {
      return "";
    }
    long behind = Math.max(0, leader.lastOffset() - copy.lastOffset());
    return " of "
        + leader.lastOffset()
        + ", "
        + (behind == 1 ? "1 record" : behind + " records")
        + " behind";
  }

  /** The copy that a tablet has now; one that is not known cannot be put aside, only forgotten. */
  Member copy(PartitionRecord record, NodeId tablet) {
    Member member = record.members().find(tablet);
    if (member != null && member.uid().isKnown()) {
      return member;
    }
    TabletHealth health = tablets.find(tablet);
    ReplicaStatus status = health == null ? null : health.replica(record.id());
    return new Member(tablet, status == null ? ReplicaUid.UNKNOWN : status.uid());
  }
}
