package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.message.ReportMessage.TransferReady;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;

/**
 * A leader's part in a planned change of leader: it takes no writes until the target holds all
 * there is, and tells the nameserver so. Then nothing is under way that the next term could cut
 * off, and the target's log is as good as any.
 *
 * <p>The pause ends by itself. Whoever asked for it may be gone, and a partition that takes no
 * writes is worse than one whose leader did not change. After a pause the leader rests for a while,
 * so that orders which are repeated for ever leave most of the time for writes.
 */
final class HandOver {
  /**
   * How much longer than for the target the leader waits for its successor. By then the next term
   * may be open already, and a write that is taken now would be left in doubt.
   */
  private static final int READY_FACTOR = 3;

  /** How much longer than a pause the leader takes writes before it may pause again. */
  private static final int REST_FACTOR = 3;

  private final ReplicaState state;
  private NodeId target;
  private boolean pausing;
  private long pausedAt;
  private long restsUntil;
  private boolean answerWanted;
  private boolean wasReady;

  HandOver(ReplicaState state, long now) {
    this.state = state;
    this.restsUntil = now;
  }

  /** Whether the leader takes no writes now. */
  boolean isPausing() {
    return pausing;
  }

  /** Whom the leadership is meant for, at present or lately; null for nobody yet. */
  NodeId target() {
    return target;
  }

  /** The nameserver wants this member to lead next. */
  void asked(LeaderRole leader, NodeId newTarget, long now, Ready out) {
    if (newTarget.equals(state.self)
        || leader.witnesses().isWitness(newTarget)
        || leader.membership().members().find(newTarget) == null) {
      return;
    }
    if (!newTarget.equals(target)) {
      target = newTarget;
      // The pause goes on as it began, or there might be no end to it.
      if (pausing && !isNear(leader)) {
        end(now);
      }
    }
    if (!pausing && now - restsUntil >= 0 && leader.isActive() && isNear(leader)) {
      pausing = true;
      pausedAt = now;
      wasReady = false;
    }
    answerWanted = pausing;
    look(leader, now, out);
  }

  /** The target's missing records must be few, or the pause would be for nothing. */
  private boolean isNear(LeaderRole leader) {
    long missing = state.history.lastOffset() - matchOfTarget(leader);
    return missing <= state.settings.promoteLag();
  }

  /** To be called whenever time has passed or the target may have come further. */
  void look(LeaderRole leader, long now, Ready out) {
    if (!pausing) {
      return;
    }
    long pause = state.settings.transferPauseNanos();
    long most = wasReady ? READY_FACTOR * pause : pause;
    if (now - pausedAt >= most && !state.lacks(Mutant.PAUSE_NEVER_ENDS)) {
      end(now);
    } else if (answerWanted && isCaughtUp(leader)) {
      answerWanted = false;
      wasReady = true;
      out.reports.add(new TransferReady(state.partition, state.term(), target));
    }
  }

  private void end(long now) {
    pausing = false;
    restsUntil = now + REST_FACTOR * state.settings.transferPauseNanos();
  }

  private boolean isCaughtUp(LeaderRole leader) {
    if (state.lacks(Mutant.TRANSFER_WITHOUT_CATCH_UP)) {
      return true;
    }
    long last = state.history.lastOffset();
    // What is committed here but not at the target could not be lost, but the client of what is not
    // committed yet would not learn what became of its write.
    return leader.membership().pending() == null
        && state.commit() == last
        && matchOfTarget(leader) == last;
  }

  private long matchOfTarget(LeaderRole leader) {
    Member member = leader.membership().members().find(target);
    return member == null ? 0 : leader.matchOf(member);
  }
}
