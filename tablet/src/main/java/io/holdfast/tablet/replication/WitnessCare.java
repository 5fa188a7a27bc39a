package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.message.ReplicationMessage.Dispensable;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import java.util.List;

/**
 * A leader's part in keeping witnesses small: it tells them which of their records nobody can need.
 *
 * <p>A witness that counts keeps every record that not all copies of the data hold on disk. A copy
 * of the data becomes a member only with all that is committed, so what was dispensable once stays
 * so, for later leaders, too. So that such a leader need not hear all members to know where a
 * witness can go on, no log in a partition with witnesses begins beyond what is dispensable: logs
 * are cut, and snapshots sent, only up to there. A witness that counts nowhere yet may let go of
 * any committed record, and becomes a member again when the copies of the data hold all that it has
 * let go of.
 */
final class WitnessCare {
  private final ReplicaState state;
  private List<NodeId> witnesses;

  WitnessCare(ReplicaState state, List<NodeId> witnesses) {
    this.state = state;
    this.witnesses = List.copyOf(witnesses);
  }

  void witnessesAre(List<NodeId> tablets) {
    witnesses = List.copyOf(tablets);
  }

  boolean isWitness(NodeId tablet) {
    return witnesses.contains(tablet);
  }

  /** How many members of a set hold the data. */
  int dataCopies(MemberSet set) {
    return witnesses.isEmpty()
        ? set.size()
        : QuorumCounter.count(set, member -> !isWitness(member.tablet()));
  }

  /**
   * Highest committed offset up to which every member that holds the data has the log on disk;
   * those of a set that is asked for as well.
   */
  long dispensable(LeaderRole leader) {
    long held = heldByData(leader, leader.membership().members());
    MemberSet pending = leader.membership().pending();
    if (pending != null) {
      held = Math.min(held, heldByData(leader, pending));
    }
    return state.lacks(Mutant.WITNESS_DROPS_EARLY)
        ? state.commit()
        : Math.max(state.dispensable(), Math.min(held, state.commit()));
  }

  /** Up to where a snapshot may reach that is sent to anybody. */
  long sendableUpTo(LeaderRole leader) {
    return state.witnessed ? dispensable(leader) : Long.MAX_VALUE;
  }

  private long heldByData(LeaderRole leader, MemberSet set) {
    long held = Long.MAX_VALUE;
    for (Member member : set.members()) {
      if (!isWitness(member.tablet())) {
        held = Math.min(held, heldBy(leader, member));
      }
    }
    return held;
  }

  /** A copy that may have lost something counts for nothing, but has what it says it has now. */
  private long heldBy(LeaderRole leader, Member member) {
    FollowerProgress follower = leader.progressOf(member.tablet());
    return follower != null && follower.uid().equals(member.uid()) && !follower.isWitness()
        ? follower.match()
        : leader.matchOf(member);
  }

  /** Whether some copy of the data lacks more than a witness, or this leader, keeps for anybody. */
  boolean isTooMuch(LeaderRole leader) {
    return state.keeper.isBeyondBound(dispensable(leader));
  }

  /**
   * Which member has to go because a copy of the data lacks so much that a witness, and every other
   * copy, would keep more log than it may: the witness; but where the others cannot commit without
   * it, as one copy that is up to date beside that one cannot, the copy, which has to catch up
   * anyhow.
   *
   * @return null when nobody has to
   */
  Member surplus(LeaderRole leader) {
    if (!state.witnessed || !leader.isActive() || !isTooMuch(leader)) {
      return null;
    }
    Member witness = null;
    Member last = null;
    MemberSet members = leader.membership().members();
    for (Member member : members.members()) {
      if (isWitness(member.tablet())) {
        witness = member;
      } else if (!member.tablet().equals(state.self)
          && (last == null || leader.matchOf(member) < leader.matchOf(last))) {
        last = member;
      }
    }
    if (last != null && leader.matchOf(last) == 0) {
      // It has not been heard in this term, so that nobody knows what it lacks. If it stays silent,
      // it goes for that.
      return null;
    }
    if (witness == null) {
      return last;
    }
    MemberSet others = members.without(witness.tablet());
    long held = QuorumCounter.offsetHeldBy(others, leader.options().acks(), leader::matchOf);
    return held >= state.commit() ? witness : last;
  }

  /** Whether a witness is better off beginning anew behind what all others hold. */
  boolean shouldJump(FollowerProgress follower, LeaderRole leader) {
    return follower.isWitness()
        && follower.next() + state.settings.promoteLag() <= dispensable(leader);
  }

  /** Whether a witness is to be empty for the time being, instead of keeping too much. */
  boolean isHeldBack(FollowerProgress follower, LeaderRole leader) {
    return follower.isWitness() && countsNowhere(follower, leader) && isTooMuch(leader);
  }

  /**
   * Whether nobody may be counting on a witness. One that was asked for counts from then on: the
   * nameserver may have granted it long before this leader hears of that.
   */
  private static boolean countsNowhere(FollowerProgress follower, LeaderRole leader) {
    MemberSet pending = leader.membership().pending();
    return leader.isLearner(follower.tablet())
        && (pending == null || !pending.contains(follower.tablet()));
  }

  /**
   * Whether a witness that has caught up may count: everything that it has let go of, or may yet
   * let go of because an earlier word of this leader is still on its way, is held by all copies of
   * the data.
   */
  boolean mayCount(FollowerProgress follower, LeaderRole leader) {
    return follower.hasLetGoAsTold()
        && follower.letGo() <= dispensable(leader)
        && !isTooMuch(leader);
  }

  /**
   * Tells a witness what it need not keep, and a copy of the data what no witness keeps; to be
   * called with each heartbeat.
   */
  void tell(FollowerProgress follower, LeaderRole leader, Ready out) {
    if (!state.witnessed || !follower.uid().isKnown()) {
      return;
    }
    if (!follower.isWitness() || !isWitness(follower.tablet())) {
      // No more than it has, or it could not tell that the record is the same.
      long offset = Math.min(dispensable(leader), follower.match());
      if (offset > follower.notedDispensable()) {
        follower.noteDispensable(offset);
        send(follower, offset, false, leader, out);
      }
      return;
    }
    boolean learner = countsNowhere(follower, leader);
    boolean heldBack = isHeldBack(follower, leader);
    boolean jump = heldBack || follower.phase() == FollowerProgress.Phase.SNAPSHOT;
    long offset = dispensable(leader);
    if (heldBack || (jump && learner && offset + 1 < state.keeper.store().firstLogOffset())) {
      // Nobody counts on it, and streaming can only go on from where this log still begins.
      offset = heldBack && follower.letGo() > offset ? follower.letGo() : state.commit();
    }
    if (offset > follower.letGo() || jump) {
      send(follower, offset, jump, leader, out);
    }
  }

  private void send(
      FollowerProgress follower, long offset, boolean jump, LeaderRole leader, Ready out) {
    long term = state.history.termAt(offset);
    if (offset == 0 || term == 0) {
      return;
    }
    follower.toldDispensable(offset);
    out.send(
        follower.tablet(),
        new Dispensable(
            state.partition,
            state.term(),
            follower.uid(),
            follower.opening(),
            offset,
            term,
            jump,
            leader.isLearner(follower.tablet())));
  }

  /** A witness says up to where its log may be gone. */
  void onLetGo(FollowerProgress follower, long upTo) {
    follower.letGo(upTo);
    if (follower.phase() == FollowerProgress.Phase.SNAPSHOT
        && upTo + 1 >= state.keeper.store().firstLogOffset()) {
      follower.probeFrom(upTo + 1);
    }
  }
}
