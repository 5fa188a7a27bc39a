package io.holdfast.tablet.replication;

import io.holdfast.protocol.message.ControlMessage.FetchLog;
import io.holdfast.protocol.message.ReplicationMessage.LogMismatch;
import io.holdfast.protocol.message.ReplicationMessage.LogRequest;
import io.holdfast.protocol.message.ReplicationMessage.LogSuffix;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import java.util.List;

/**
 * Both sides of copying what one fenced replica has and another lacks, before an election can end.
 *
 * <p>Both are fenced in the term of the election, so neither log changes meanwhile except by this
 * copying. The source's log is the best of enough answers, and so holds every committed record;
 * what the candidate has otherwise was never committed, and is cut off as a leader would have it
 * cut off. It is a leader's rule, applied for a source that cannot be one. A crash in the midst
 * leaves a log that is a beginning of the source's: nothing is lost by it, and the next election
 * looks again.
 *
 * <p>The candidate asks for one piece at a time. The nameserver repeats its order, and so do lost
 * requests get repeated.
 */
final class LogFetch {
  private final ReplicaState state;
  private FetchLog order;
  private NodeId orderedBy;
  private long askedAfter;
  private long askedAt;

  LogFetch(ReplicaState state) {
    this.state = state;
  }

  /** The election is over, or this replica is in none. */
  void abandon() {
    order = null;
  }

  /** The nameserver that wants the candidate to copy. */
  NodeId orderedBy() {
    return orderedBy;
  }

  /**
   * The nameserver wants this candidate to copy.
   *
   * @return whether there is nothing left to copy
   */
  boolean onOrder(NodeId from, FetchLog newOrder, long now, Ready out) {
    boolean same = newOrder.equals(order);
    order = newOrder;
    orderedBy = from;
    if (isReached()) {
      order = null;
      return true;
    }
    if (!same) {
      ask(state.history.lastOffset(), now, out);
    } else if (now - askedAt >= state.settings.resendNanos()) {
      ask(askedAfter, now, out);
    }
    return false;
  }

  private boolean isReached() {
    return state.history.lastTerm() == order.lastTerm()
        && state.history.lastOffset() == order.lastOffset();
  }

  private void ask(long prev, long now, Ready out) {
    askedAfter = prev;
    askedAt = now;
    out.send(
        order.source(),
        new LogRequest(state.partition, state.term(), prev, state.history.termAt(prev)));
  }

  private boolean awaits(NodeId from, long prev) {
    return order != null && order.source().equals(from) && prev == askedAfter;
  }

  /**
   * Records that follow the one that was asked about.
   *
   * @return whether there is nothing left to copy
   */
  boolean onSuffix(NodeId from, LogSuffix message, long now, Ready out) {
    TermHistory history = state.history;
    if (!awaits(from, message.prevOffset())
        || message.prevOffset() > history.lastOffset()
        || history.termAt(message.prevOffset()) != message.prevTerm()) {
      return false;
    }
    long end = message.prevOffset();
    for (LogRecord record : message.records()) {
      if (record.offset() <= history.lastOffset()
          && history.termAt(record.offset()) != record.term()) {
        String reason =
            "no candidate of term " + state.term() + " may lead without what " + from + " has";
        state.truncateAfter(record.offset() - 1, reason, out);
      }
      if (record.offset() > history.lastOffset()) {
        state.append(record, out);
      }
      end = record.offset();
    }
    if (isReached()) {
      order = null;
      return true;
    }
    if (end > message.prevOffset()) {
      ask(end, now, out);
    }
    return false;
  }

  /** The source's log has no such record: where they part lies further back. */
  void onMismatch(NodeId from, LogMismatch message, long now, Ready out) {
    if (!awaits(from, message.prevOffset())) {
      return;
    }
    long prev =
        FollowerRole.nextProbe(
                state.history,
                message.conflictTerm(),
                message.conflictStart(),
                message.lastOffset(),
                message.prevOffset())
            - 1;
    // What a snapshot replaced was committed, so the source has it or has let go of it with good
    // reason. If it seems not to, that is for people to look at, not for this replica to act on.
    if (prev >= state.history.baseOffset() && prev < message.prevOffset()) {
      ask(prev, now, out);
    }
  }

  /** Answers a candidate from this replica's log, which does not change while it is fenced. */
  void serve(NodeId from, LogRequest request, LogTail log, Ready out) {
    TermHistory history = state.history;
    long prev = request.prevOffset();
    if (prev > history.lastOffset() || history.termAt(prev) != request.prevTerm()) {
      long position = Math.min(prev, history.lastOffset());
      out.send(
          from,
          new LogMismatch(
              state.partition,
              state.term(),
              prev,
              history.termAt(position),
              history.startOfTermAt(position),
              history.lastOffset()));
      return;
    }
    if (prev + 1 < state.keeper.store().firstLogOffset()) {
      // Cannot be while the rules hold (see docs/design/004-witness.md); then nobody may lead.
      return;
    }
    List<LogRecord> records = log.read(prev + 1, state.settings.appendBytes());
    out.send(from, new LogSuffix(state.partition, state.term(), prev, request.prevTerm(), records));
  }
}
