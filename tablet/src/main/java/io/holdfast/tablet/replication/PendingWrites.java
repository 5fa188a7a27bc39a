package io.holdfast.tablet.replication;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Writes that a leader has appended and not answered yet, in the order of their offsets. */
final class PendingWrites {
  /** A client that asks for one write this often has not got the answers, and can wait. */
  private static final int MAX_LISTENERS = 16;

  /** A write that is under way, and those who wait for it. */
  static final class Pending {
    private final long offset;
    private final WriteListener listener;
    private List<WriteListener> others = List.of();
    private boolean waitedFor = true;

    private Pending(long offset, WriteListener listener) {
      this.offset = offset;
      this.listener = listener;
    }

    long offset() {
      return offset;
    }

    /** Has one more listener told how the write ends; false when it cannot. */
    boolean join(WriteListener other) {
      if (!waitedFor || others.size() >= MAX_LISTENERS - 1) {
        return false;
      }
      if (others.isEmpty()) {
        others = new ArrayList<>(2);
      }
      others.add(other);
      return true;
    }

    private void end(WriteOutcome outcome, long atOffset, int result, Ready out) {
      waitedFor = false;
      out.writesDone.add(new Ready.WriteDone(listener, outcome, atOffset, result));
      for (WriteListener other : others) {
        out.writesDone.add(new Ready.WriteDone(other, outcome, atOffset, result));
      }
      others = List.of();
    }
  }

  private final ArrayDeque<Pending> queue = new ArrayDeque<>();

  Pending add(long offset, WriteListener listener) {
    Pending pending = new Pending(offset, listener);
    queue.addLast(pending);
    return pending;
  }

  /** Ends every write up to an offset as done, before it is known what the engine makes of it. */
  void completeUpTo(long offset, Ready out) {
    while (!queue.isEmpty() && queue.peekFirst().offset <= offset) {
      Pending done = queue.removeFirst();
      done.end(WriteOutcome.OK, done.offset, 0, out);
    }
  }

  /**
   * Ends a write as its record was applied.
   *
   * @param answer see {@link RecordApplier#apply}
   */
  void applied(long offset, long answer, Ready out) {
    if (queue.isEmpty() || queue.peekFirst().offset != offset) {
      return;
    }
    Pending done = queue.removeFirst();
    if (WriteAnswer.isKnown(answer)) {
      done.end(WriteOutcome.OK, WriteAnswer.offset(answer), WriteAnswer.result(answer), out);
    } else {
      done.end(WriteOutcome.SEQ_TOO_OLD, 0, 0, out);
    }
  }

  /** Ends what is left without a verdict: a successor may commit it, or may not have it. */
  void abandon(Ready out) {
    for (Pending pending : queue) {
      pending.end(WriteOutcome.UNKNOWN, pending.offset, 0, out);
    }
    queue.clear();
  }
}
