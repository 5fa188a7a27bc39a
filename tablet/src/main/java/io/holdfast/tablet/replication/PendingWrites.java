package io.holdfast.tablet.replication;

import java.util.ArrayDeque;

/** Writes that a leader has appended and not answered yet, in the order of their offsets. */
final class PendingWrites {
  private record Pending(long offset, WriteListener listener) {}

  private final ArrayDeque<Pending> queue = new ArrayDeque<>();

  void add(long offset, WriteListener listener) {
    queue.addLast(new Pending(offset, listener));
  }

  /** Ends every write up to an offset as done. */
  void completeUpTo(long offset, Ready out) {
    while (!queue.isEmpty() && queue.peekFirst().offset() <= offset) {
      Pending done = queue.removeFirst();
      out.writesDone.add(new Ready.WriteDone(done.listener(), WriteOutcome.OK, done.offset()));
    }
  }

  /** Ends what is left without a verdict: a successor may commit it, or may not have it. */
  void abandon(Ready out) {
    for (Pending pending : queue) {
      out.writesDone.add(
          new Ready.WriteDone(pending.listener(), WriteOutcome.UNKNOWN, pending.offset()));
    }
    queue.clear();
  }
}
