package io.holdfast.tablet.replication;

import io.holdfast.protocol.message.ReplicationMessage.Relabel;
import io.holdfast.protocol.message.ReplicationMessage.Resync;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaUid;

/** What a leader tells copies that are not what they should be, with each heartbeat. */
final class Healing {
  private final ReplicaState state;

  Healing(ReplicaState state) {
    this.state = state;
  }

  void tell(FollowerProgress follower, LeaderRole leader, Ready out) {
    if (!follower.uid().isKnown()) {
      return;
    }
    boolean otherKind =
        follower.isWitness() != leader.witnesses().isWitness(follower.tablet())
            && leader.isLearner(follower.tablet());
    if (otherKind || isElsewhere(follower.uid(), follower.tablet(), leader)) {
      out.send(follower.tablet(), new Relabel(state.partition, state.term(), follower.uid()));
    } else if (!follower.flags().isClean()) {
      // Also before the leader is active: it may need the healed copy's vote to become so, and it
      // was
      // elected without that vote, so it holds whatever the copy can have lost.
      out.send(
          follower.tablet(),
          new Resync(
              state.partition,
              state.term(),
              follower.uid(),
              follower.opening(),
              follower.resyncTo(state.history.lastOffset())));
    }
  }

  /** Whether a copy on another tablet, one that counts, has this identity: a disk was copied. */
  static boolean isElsewhere(ReplicaUid uid, NodeId tablet, LeaderRole leader) {
    for (Member member : leader.membership().members().members()) {
      if (member.uid().equals(uid) && !member.tablet().equals(tablet)) {
        return true;
      }
    }
    return false;
  }
}
