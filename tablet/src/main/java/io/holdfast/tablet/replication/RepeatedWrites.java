package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.tablet.replication.PendingWrites.Pending;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Recognises writes that a client sends again, on the side of an active leader: among those that
 * were applied, and among those that this leadership has appended and not applied yet.
 *
 * <p>Both together are the whole log. A leader takes writes only once it is active and has applied
 * what is committed; what its predecessors left is committed by then, and so applied.
 */
final class RepeatedWrites {
  private record Name(SessionId session, long seq) {}

  private record Appended(Name name, Pending pending) {}

  private final ReplicaState state;
  private final Map<Name, Pending> underWay = new HashMap<>();
  private final ArrayDeque<Appended> order = new ArrayDeque<>();

  RepeatedWrites(ReplicaState state) {
    this.state = state;
  }

  /**
   * Answers a write, or has its listener told later, if it must not be appended.
   *
   * @param id a named write
   * @param answerable records up to here are answered as done, applied or not
   * @return whether that was so
   */
  boolean settle(WriteId id, WriteListener listener, long answerable, Ready out) {
    Pending pending = state.lacks(Mutant.DEDUP_PENDING_IGNORED) ? null : underWay.get(name(id));
    if (pending != null) {
      if (pending.offset() <= answerable) {
        out.writesDone.add(new Ready.WriteDone(listener, WriteOutcome.OK, pending.offset(), 0));
      } else if (!pending.join(listener)) {
        out.writesDone.add(Ready.WriteDone.refused(listener, WriteOutcome.NOT_READY));
      }
      return true;
    }
    long answer = state.lacks(Mutant.DEDUP_NOT_APPLIED) ? 0 : state.sessions.find(id);
    if (answer == WriteAnswer.NONE && id.begunAfter() > state.commit()) {
      // The session began in a history that an operator has given up since. Its records would not
      // lie behind the offset that it names, and could not be told from forgotten ones later.
      answer = WriteAnswer.FORGOTTEN;
    }
    if (answer == WriteAnswer.FORGOTTEN && state.lacks(Mutant.DEDUP_FORGOTTEN_IS_NEW)) {
      answer = WriteAnswer.NONE;
    }
    if (answer == WriteAnswer.NONE) {
      return false;
    }
    out.writesDone.add(done(listener, answer));
    return true;
  }

  private Ready.WriteDone done(WriteListener listener, long answer) {
    if (answer == WriteAnswer.TOO_OLD) {
      return Ready.WriteDone.refused(listener, WriteOutcome.SEQ_TOO_OLD);
    }
    if (answer == WriteAnswer.FORGOTTEN) {
      return new Ready.WriteDone(listener, WriteOutcome.SESSION_FORGOTTEN, state.commit(), 0);
    }
    return new Ready.WriteDone(
        listener, WriteOutcome.OK, WriteAnswer.offset(answer), WriteAnswer.result(answer));
  }

  /** A named write was appended. */
  void appended(WriteId id, Pending pending) {
    Name name = name(id);
    underWay.put(name, pending);
    order.addLast(new Appended(name, pending));
  }

  /** The record at an offset was applied: from here on the table of sessions knows its write. */
  void applied(long offset) {
    while (!order.isEmpty() && order.peekFirst().pending().offset() <= offset) {
      Appended done = order.removeFirst();
      underWay.remove(done.name(), done.pending());
    }
  }

  private static Name name(WriteId id) {
    return new Name(id.session(), id.seq());
  }
}
