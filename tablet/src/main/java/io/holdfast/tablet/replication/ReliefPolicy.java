package io.holdfast.tablet.replication;

import io.holdfast.protocol.message.ReportMessage.RelieveMe;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.ReliefReason;

/**
 * Whether a leader should ask to be replaced: it works, but a member would do better. It goes on
 * leading until the nameserver has prepared the change.
 */
final class ReliefPolicy {
  private final HealthBoard board;
  private ReliefReason present;
  private long dueAt;

  ReliefPolicy(HealthBoard board) {
    this.board = board;
  }

  void tick(LeaderRole leader, ReplicaState state, long now, Ready out) {
    ReliefReason reason = reason(state, now);
    if (reason != present) {
      // Not at once: the members' answers to the next heartbeats say whether they would do better.
      present = reason;
      dueAt = now + 10 * state.settings.resendNanos();
    }
    if (reason == null || now - dueAt < 0) {
      return;
    }
    FollowerProgress successor = successor(leader, state, now);
    if (successor != null) {
      dueAt = now + 10 * state.settings.resendNanos();
      out.reports.add(new RelieveMe(state.partition, state.term(), reason, successor.tablet()));
    }
  }

  private ReliefReason reason(ReplicaState state, long now) {
    if (state.disk().isAtLeast(DiskLevel.LOW)) {
      return ReliefReason.DISK_FULL;
    }
    if (board.isOwnDiskSlow(now)) {
      return ReliefReason.SLOW_DISK;
    }
    return state.host.pausesOften(now) ? ReliefReason.PAUSES : null;
  }

  /** The member that is furthest, of those that are well; null when none is. */
  private FollowerProgress successor(LeaderRole leader, ReplicaState state, long now) {
    FollowerProgress best = null;
    for (Member member : leader.membership().members().members()) {
      FollowerProgress follower = leader.progressOf(member.tablet());
      boolean fit =
          follower != null
              && follower.uid().equals(member.uid())
              && follower.isTrusted()
              && !leader.witnesses().isWitness(member.tablet())
              && ReadmissionPolicy.isCaughtUp(follower, state, now)
              && !board.of(member.tablet(), now).isSlow(now);
      if (fit && (best == null || follower.match() > best.match())) {
        best = follower;
      }
    }
    return best;
  }
}
