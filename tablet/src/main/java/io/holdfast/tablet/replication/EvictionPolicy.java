package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.EvictionReason;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;

/**
 * Which member a leader should do without: one that is gone, one that is replaced by another copy,
 * one that holds everybody up.
 */
final class EvictionPolicy {
  /** With a majority, a silent member costs nothing at once; it is given more time. */
  private static final int MAJORITY_PATIENCE = 5;

  /** A member to remove, and why. */
  record Eviction(Member member, EvictionReason reason) {}

  private final HealthBoard board;
  private final EvictionBudget budget;

  EvictionPolicy(HealthBoard board, EvictionBudget budget) {
    this.board = board;
    this.budget = budget;
  }

  /** The first member that should go; null when all are good enough, or none may go now. */
  Eviction wanted(LeaderRole leader, ReplicaState state, long now) {
    MemberSet members = leader.membership().members();
    for (Member member : members.members()) {
      FollowerProgress follower = leader.progressOf(member.tablet());
      if (member.tablet().equals(state.self) || follower == null) {
        continue;
      }
      EvictionReason reason = reason(leader, state, member, follower, now);
      if (reason != null && mayGo(leader, member, reason, now)) {
        return new Eviction(member, reason);
      }
    }
    Member surplus = leader.witnesses().surplus(leader);
    return surplus != null && mayGo(leader, surplus, EvictionReason.KEEPS_TOO_MUCH, now)
        ? new Eviction(surplus, EvictionReason.KEEPS_TOO_MUCH)
        : null;
  }

  private EvictionReason reason(
      LeaderRole leader, ReplicaState state, Member member, FollowerProgress follower, long now) {
    boolean everyone = leader.options().acks().needsEvery(leader.membership().members().size());
    long patience = state.settings.evictAfterNanos() * (everyone ? 1 : MAJORITY_PATIENCE);
    if (follower.isClosed() && everyone) {
      return EvictionReason.CLOSED;
    }
    // The copy that counts is lost for good. With a majority, too: the copy that speaks instead
    // is never silent, so that nothing else would ever notice.
    if (follower.uid().isKnown() && !follower.uid().equals(member.uid())) {
      return EvictionReason.FOREIGN;
    }
    // It holds every commit up, and needs no vote while it is brought up to date.
    if (everyone && follower.untrustedNanos(now) > patience) {
      return EvictionReason.UNTRUSTED;
    }
    if (follower.silentNanos(now) > patience) {
      return follower.isClosed() ? EvictionReason.CLOSED : EvictionReason.SILENT;
    }
    if (follower.owesNanos(now) > patience) {
      return EvictionReason.OWES;
    }
    // A majority does not wait for one that takes nothing, or for a slow one.
    if (everyone && follower.disk() == DiskLevel.FULL) {
      return EvictionReason.DISK_FULL;
    }
    return everyone && board.of(member.tablet(), now).isSlow(now) ? EvictionReason.SLOW : null;
  }

  /**
   * A member that is slow or full still holds every record so far, and is not given up where the
   * operator asked for so many copies; not before it owes something.
   */
  private boolean mayGo(LeaderRole leader, Member member, EvictionReason reason, long now) {
    WitnessCare witnesses = leader.witnesses();
    boolean costsNothing =
        reason == EvictionReason.SLOW
            || reason == EvictionReason.DISK_FULL
            || reason == EvictionReason.KEEPS_TOO_MUCH;
    if (costsNothing
        && !witnesses.isWitness(member.tablet())
        && witnesses.dataCopies(leader.membership().members()) <= leader.options().minInsync()) {
      return false;
    }
    return !reason.isHeard() || budget.isLeft(now);
  }

  /** The removal was asked for. */
  void asked(Eviction eviction, long now) {
    board.of(eviction.member().tablet(), now).evicted(eviction.reason(), now);
    if (eviction.reason().isHeard()) {
      budget.spend(now);
    }
  }
}
