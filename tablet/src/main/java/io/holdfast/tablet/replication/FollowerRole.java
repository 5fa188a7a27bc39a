package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.AppendAck;
import io.holdfast.protocol.message.ReplicationMessage.AppendNack;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.message.ReplicationMessage.HeartbeatAck;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;

/**
 * The side that takes records: a follower or a learner of one leader in one term.
 *
 * <p>It acknowledges only what its disk has confirmed and what it knows to equal the leader's log:
 * a log that merely is long says nothing, its end may stem from a leader that lost.
 */
final class FollowerRole {
  private final ReplicaState state;
  private final NodeId leader;
  private final long term;
  private long matched;
  private long acknowledged = -1;
  private long resyncTo = Long.MAX_VALUE;
  private long heardAt;
  private boolean connectionClosed;
  private boolean told;
  private long toldSentNanos;
  private long toldCommit;

  FollowerRole(ReplicaState state, NodeId leader, long term, long now) {
    this.state = state;
    this.leader = leader;
    this.term = term;
    this.heardAt = now;
  }

  NodeId leader() {
    return leader;
  }

  long term() {
    return term;
  }

  long silentNanos(long now) {
    return now - heardAt;
  }

  boolean isConnectionClosed() {
    return connectionClosed;
  }

  void onConnectionClosed() {
    connectionClosed = true;
  }

  /**
   * Takes records, or says why not.
   *
   * @return whether the log goes on from where the leader said
   */
  boolean onAppend(Append message, long now, Ready out) {
    heard(now);
    TermHistory history = state.history;
    long prev = message.prevOffset();
    boolean skipsChecks = state.lacks(Mutant.NO_TRUNCATION);
    if (prev < history.baseOffset()) {
      // Nothing is known here of the terms of what a snapshot replaced.
      if (matched >= history.baseOffset()) {
        acknowledge(out);
        return true;
      }
      refuse(prev, out);
      return false;
    }
    if (!skipsChecks) {
      refuseDivergence(message);
    }
    if (prev > history.lastOffset()
        || (!skipsChecks && history.termAt(prev) != message.prevTerm())) {
      refuse(prev, out);
      return false;
    }
    if (state.disk() == DiskLevel.FULL && bringsWrites(message)) {
      dropForSpace(message, out);
      return false;
    }
    long end = prev;
    for (LogRecord record : message.records()) {
      if (record.offset() <= history.lastOffset()) {
        if (history.termAt(record.offset()) != record.term() && !skipsChecks) {
          String reason = "term " + message.term() + " of " + leader + " holds other records";
          state.truncateAfter(record.offset() - 1, reason, out);
          state.append(record, out);
        }
      } else {
        state.append(record, out);
      }
      end = record.offset();
    }
    matched = Math.max(matched, end);
    commitTo(message.commit(), out);
    acknowledge(out);
    return true;
  }

  /** A leader that has another record where this replica has a committed one is another truth's. */
  private void refuseDivergence(Append message) {
    long prev = message.prevOffset();
    if (prev > 0 && prev <= state.commit() && state.history.termAt(prev) != message.prevTerm()) {
      throw new DivergedException(
          state.partition
              + ": record "
              + prev
              + " of term "
              + state.history.termAt(prev)
              + " is committed, and the leader has one of term "
              + message.prevTerm());
    }
  }

  private boolean bringsWrites(Append message) {
    for (LogRecord record : message.records()) {
      if (record.offset() > state.history.lastOffset() && record.type() == LogRecord.Type.WRITE) {
        return true;
      }
    }
    return false;
  }

  /**
   * What would not fit is treated as lost on the way: the leader sends it again, and until then it
   * is acknowledged by nobody here. The first record of a term passes; it is small, and a leader
   * that cannot commit it could not even leave this copy out.
   */
  private void dropForSpace(Append message, Ready out) {
    if (state.lacks(Mutant.FULL_DISK_ACKS)) {
      long end = message.prevOffset() + message.records().size();
      out.send(leader, new AppendAck(state.partition, term, state.speaker(), end));
    }
  }

  void onHeartbeat(Heartbeat message, long now, Ready out) {
    heard(now);
    // One that comes again, or was overtaken, says what was true when it was sent, not now.
    // Nor does one that knows of less than this copy: it is late, or from another truth; nor any
    // before the logs are known to be one as far as this copy has shown its own to readers.
    if (message.current()
        && message.commit() >= state.commit()
        && matched >= state.commit()
        && (!told || message.sentNanos() - toldSentNanos > 0)) {
      told = true;
      toldSentNanos = message.sentNanos();
      state.freshness.told(message.commit(), now);
    }
    commitTo(message.commit(), out);
    out.send(
        leader,
        new HeartbeatAck(
            state.partition, term, state.speaker(), message.sentNanos(), state.disk()));
  }

  /** The disk holds more of the log than before. */
  void onSynced(Ready out) {
    if (acknowledgeable() > acknowledged) {
      acknowledge(out);
    }
  }

  /**
   * The leader says how far its log went after this copy had said that it may have lost records.
   *
   * <p>Why that is enough: what this copy acknowledged in earlier terms and what counted is in the
   * log of every later leader, which was elected without counting on this copy. What it
   * acknowledged to this leader, this leader has; and not beyond the end that it had when it heard
   * of the loss.
   */
  void onResync(long upTo, Ready out) {
    resyncTo = Math.min(resyncTo, upTo);
    healIfComplete(out);
  }

  private void healIfComplete(Ready out) {
    // Beside witnesses nobody may lead whose log begins where a witness could not go on.
    boolean mayLead =
        !state.witnessed || state.dispensable() + 1 >= state.keeper.store().firstLogOffset();
    boolean complete = acknowledgeable() >= resyncTo && mayLead;
    if (resyncTo != Long.MAX_VALUE && (complete || state.lacks(Mutant.RESYNC_TOO_EARLY))) {
      state.clearFlags(out);
      resyncTo = Long.MAX_VALUE;
    }
  }

  /** What the leader had said of the end of its log was about an earlier opening. */
  void onLossFound() {
    resyncTo = Long.MAX_VALUE;
    matched = Math.min(matched, state.history.lastOffset());
  }

  /** Whether the copy is so far behind what its leader has committed that it is not a spare yet. */
  boolean isFarBehind() {
    return matched == 0 || toldCommit - matched > state.settings.promoteLag();
  }

  /**
   * What the leader said until now was not taken in. Its silence begins to count only now: to say
   * right after a stall that it was silent all the time would have a leader replaced that is well.
   */
  void didNotListen(long now) {
    heardAt = now;
  }

  /** Something arrived from the leader. */
  void heard(long now) {
    heardAt = now;
    connectionClosed = false;
  }

  private void commitTo(long leaderCommit, Ready out) {
    toldCommit = Math.max(toldCommit, leaderCommit);
    long known = state.lacks(Mutant.APPLY_UNCOMMITTED) ? Long.MAX_VALUE : leaderCommit;
    state.commitTo(Math.min(known, matched), out);
  }

  private void acknowledge(Ready out) {
    acknowledged = acknowledgeable();
    healIfComplete(out);
    out.send(leader, new AppendAck(state.partition, term, state.speaker(), acknowledged));
  }

  private long acknowledgeable() {
    return state.lacks(Mutant.ACK_BEFORE_SYNC) ? matched : Math.min(matched, state.durable());
  }

  private void refuse(long prev, Ready out) {
    TermHistory history = state.history;
    long position = Math.min(prev, history.lastOffset());
    out.send(
        leader,
        new AppendNack(
            state.partition,
            term,
            state.speaker(),
            history.termAt(position),
            history.startOfTermAt(position),
            history.lastOffset(),
            prev < history.baseOffset() ? history.baseOffset() : 0));
  }

  /** Where a leader should look next, given a refusal of a probe that followed {@code probed}. */
  static long nextProbe(TermHistory leaderHistory, AppendNack nack, long probed) {
    return nextProbe(
        leaderHistory, nack.conflictTerm(), nack.conflictStart(), nack.lastOffset(), probed);
  }

  /** As above, for whichever of two replicas looks for the end of the common log. */
  static long nextProbe(
      TermHistory leaderHistory,
      long conflictTerm,
      long conflictStart,
      long lastOffset,
      long probed) {
    long position = Math.min(probed, lastOffset);
    long shared = leaderHistory.endOfTermsUpTo(conflictTerm);
    boolean sameTerm = leaderHistory.hasTerm(conflictTerm);
    // The leader has no record of the replica's term: nothing of that term can be common.
    long end = sameTerm ? position : Math.max(0, conflictStart - 1);
    long candidate = Math.min(shared, Math.min(end, position));
    return Math.min(candidate, Math.max(0, probed - 1)) + 1;
  }

  @Override
  public String toString() {
    return "following " + leader + ", matched " + matched;
  }
}
