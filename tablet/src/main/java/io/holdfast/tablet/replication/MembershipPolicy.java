package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;

/**
 * Which other in-sync set a leader should have: without a member that no longer answers, or with a
 * learner that has caught up. Proposes one step at a time, removal first.
 */
final class MembershipPolicy {
  /** With a majority, a silent member costs nothing at once; it is given more time. */
  private static final int MAJORITY_PATIENCE = 5;

  /** The set to ask for; null when the present one is right, or may not be changed now. */
  MemberSet wanted(LeaderRole leader, ReplicaState state, long now) {
    MemberSet members = leader.membership().members();
    MemberSet smaller = withoutTheDead(leader, state, members, now);
    if (smaller != null && mayChange(leader, state, smaller)) {
      return smaller;
    }
    MemberSet larger = withTheCaughtUp(leader, state, members, now);
    return larger != null && mayChange(leader, state, larger) ? larger : null;
  }

  private MemberSet withoutTheDead(
      LeaderRole leader, ReplicaState state, MemberSet members, long now) {
    boolean everyone = leader.options().acks().needsEvery(members.size());
    long patience = state.settings.evictAfterNanos() * (everyone ? 1 : MAJORITY_PATIENCE);
    for (Member member : members.members()) {
      FollowerProgress follower = leader.progressOf(member.tablet());
      if (member.tablet().equals(state.self) || follower == null) {
        continue;
      }
      // The copy that counts is lost for good. With a majority, too: the copy that speaks instead
      // is never silent, so that nothing else would ever notice.
      boolean foreign = follower.uid().isKnown() && !follower.uid().equals(member.uid());
      boolean gone = follower.isClosed() && everyone;
      // It holds every commit up, and needs no vote while it is brought up to date.
      boolean untrusted = everyone && follower.untrustedNanos(now) > patience;
      if (gone
          || foreign
          || untrusted
          || follower.silentNanos(now) > patience
          || follower.owesNanos(now) > patience) {
        return members.without(member.tablet());
      }
    }
    return null;
  }

  private MemberSet withTheCaughtUp(
      LeaderRole leader, ReplicaState state, MemberSet members, long now) {
    if (members.size() >= leader.options().replicas()) {
      return null;
    }
    for (NodeId tablet : leader.learners()) {
      FollowerProgress follower = leader.progressOf(tablet);
      if (follower == null || members.contains(tablet)) {
        continue;
      }
      boolean well =
          !follower.isClosed()
              && follower.uid().isKnown()
              && follower.flags().isClean()
              && !Healing.isElsewhere(follower.uid(), tablet, leader)
              && follower.phase() == FollowerProgress.Phase.STREAM
              && follower.silentNanos(now) < state.settings.leaseNanos();
      boolean caughtUp =
          follower.match() >= state.commit()
              && state.history.lastOffset() - follower.match() <= state.settings.promoteLag();
      if (well && caughtUp) {
        return members.with(new Member(tablet, follower.uid()));
      }
    }
    return null;
  }

  /**
   * A leader that has not committed in its term does not know what is committed, so it may only
   * shrink a set of which every member holds everything. And the new set must hold what is
   * committed before it is proposed.
   */
  private boolean mayChange(LeaderRole leader, ReplicaState state, MemberSet wanted) {
    MemberSet members = leader.membership().members();
    AckMode acks = leader.options().acks();
    boolean safeShrink = acks.needsEvery(members.size()) && wanted.isSubsetOf(members);
    if (!leader.isActive() && !safeShrink && !state.lacks(Mutant.CHANGE_WHILE_INACTIVE)) {
      return false;
    }
    return QuorumCounter.offsetHeldBy(wanted, acks, leader::matchOf) >= state.commit()
        || (!leader.isActive() && safeShrink);
  }
}
