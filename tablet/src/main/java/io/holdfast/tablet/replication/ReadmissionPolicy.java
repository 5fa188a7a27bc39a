package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;

/**
 * Which learner a leader should take as a member: one that the nameserver wants to be one, has
 * caught up and stays well.
 */
final class ReadmissionPolicy {
  private final HealthBoard board;

  ReadmissionPolicy(HealthBoard board) {
    this.board = board;
  }

  /**
   * The next member; null when there is none that could be one, or none is wanted. One that only
   * lacks the newest records is waited for.
   */
  Member wanted(LeaderRole leader, ReplicaState state, long now) {
    MemberSet members = leader.membership().members();
    Member behind = null;
    for (Member copy : leader.wishes().promotable()) {
      NodeId tablet = copy.tablet();
      FollowerProgress follower = leader.progressOf(tablet);
      if (follower != null
          && follower.uid().equals(copy.uid())
          && !members.contains(tablet)
          && follower.flags().isClean()
          && isOfItsKind(follower, leader)
          && !Healing.isElsewhere(follower.uid(), tablet, leader)
          && isNear(follower, state, now)
          && (board.of(tablet, now).mayReturn(now) || state.lacks(Mutant.READMIT_AT_ONCE))) {
        if (follower.match() >= state.commit()) {
          return copy;
        }
        behind = behind == null ? copy : behind;
      }
    }
    if (behind != null && leader.isActive()) {
      leader.hold().await(behind, now);
    } else {
      leader.hold().giveUp(now);
    }
    return null;
  }

  /** Whether it is what it shall be, and, as a witness, lacks nothing that may be asked of it. */
  private static boolean isOfItsKind(FollowerProgress follower, LeaderRole leader) {
    WitnessCare witnesses = leader.witnesses();
    return follower.isWitness() == witnesses.isWitness(follower.tablet())
        && (!follower.isWitness() || witnesses.mayCount(follower, leader));
  }

  /** Whether it is near, and holds all that is committed at this moment. */
  static boolean isCaughtUp(FollowerProgress follower, ReplicaState state, long now) {
    return isNear(follower, state, now) && follower.match() >= state.commit();
  }

  /**
   * Whether it speaks, has room, and misses so little that the group would not have to wait for it.
   * Where writes never cease, a learner misses something whenever one looks; and where very many
   * are under way, more than {@code promoteLag}. Then it is enough that all that is committed is on
   * its way to it, which is never more than fits into the window, and that it comes further.
   */
  static boolean isNear(FollowerProgress follower, ReplicaState state, long now) {
    return !follower.isClosed()
        && follower.phase() == FollowerProgress.Phase.STREAM
        && !follower.disk().isAtLeast(DiskLevel.LOW)
        && follower.silentNanos(now) < state.settings.leaseNanos()
        && (state.history.lastOffset() - follower.match() <= state.settings.promoteLag()
            || (follower.next() > state.commit()
                && follower.owesNanos(now) < state.settings.heartbeatNanos()));
  }

  /** The admission was asked for. */
  void asked(FollowerProgress follower, long now) {
    board.of(follower.tablet(), now).joined(now);
    // What it took to catch up says nothing about how it will keep up.
    follower.latency().restart();
  }
}
