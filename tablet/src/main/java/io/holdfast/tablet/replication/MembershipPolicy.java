package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.message.ReportMessage.MemberUnfit;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;

/**
 * Which other in-sync set a leader should have: without a member that is no good or is not wanted
 * any more, or with a learner that has caught up. Proposes one step at a time, removal first. It
 * evicts by its own judgement only if the leader may; what the nameserver wants is always done.
 */
final class MembershipPolicy {
  private final HealthBoard board;
  private final EvictionPolicy evictions;
  private final ReadmissionPolicy readmissions;
  private boolean alarmed;
  private long alarmedAt;

  MembershipPolicy(HealthBoard board, EvictionBudget budget) {
    this.board = board;
    this.evictions = new EvictionPolicy(board, budget);
    this.readmissions = new ReadmissionPolicy(board);
  }

  /** Asks for the next change, if one is called for and none is under way. */
  void tick(LeaderRole leader, ReplicaState state, long now, Ready out) {
    board.look(leader, state, now);
    if (leader.membership().pending() != null) {
      return;
    }
    EvictionPolicy.Eviction eviction = evictions.wanted(leader, state, now);
    MemberSet members = leader.membership().members();
    if (eviction != null && !leader.isAutomatic()) {
      alarm(eviction, state, now, out);
    } else if (eviction != null) {
      MemberSet smaller = members.without(eviction.member().tablet());
      if (mayChange(leader, state, smaller)) {
        evictions.asked(eviction, now);
        propose(leader, smaller, now, out);
        return;
      }
    }
    MemberSet without = withoutTheUnwanted(leader, state, members);
    if (without != null && mayChange(leader, state, without)) {
      propose(leader, without, now, out);
      return;
    }
    Member returning = readmissions.wanted(leader, state, now);
    if (returning != null && mayChange(leader, state, members.with(returning))) {
      readmissions.asked(leader.progressOf(returning.tablet()), now);
      propose(leader, members.with(returning), now, out);
    }
  }

  private static void propose(LeaderRole leader, MemberSet wanted, long now, Ready out) {
    leader.hold().end();
    leader.membership().propose(wanted, now, out);
  }

  /** A leader never leaves its own set: it has to be followed by another one first. */
  private static MemberSet withoutTheUnwanted(
      LeaderRole leader, ReplicaState state, MemberSet members) {
    for (NodeId tablet : leader.wishes().unwanted()) {
      if (members.contains(tablet) && !tablet.equals(state.self)) {
        return members.without(tablet);
      }
    }
    return null;
  }

  /** Nothing is removed without an operator now, so it is for the operator to know. */
  private void alarm(EvictionPolicy.Eviction eviction, ReplicaState state, long now, Ready out) {
    if (!alarmed || now - alarmedAt >= state.settings.health().evictionPauseNanos()) {
      alarmed = true;
      alarmedAt = now;
      out.reports.add(
          new MemberUnfit(
              state.partition, state.term(), eviction.member().tablet(), eviction.reason()));
    }
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
