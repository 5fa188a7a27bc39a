package io.holdfast.tablet.replication;

import java.util.ArrayDeque;
import java.util.function.LongPredicate;

/**
 * Reads that wait for a write quorum to confirm, after they were asked for, that the leader still
 * leads. Needs no assumption about clocks: the leader's own time only numbers its heartbeats.
 */
final class QuorumReads {
  private record Waiting(long askedAt, ReadListener listener) {}

  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();

  void add(long now, ReadListener listener) {
    queue.addLast(new Waiting(now, listener));
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /**
   * Ends the reads that are confirmed.
   *
   * @param confirmedSince whether a quorum has answered a heartbeat sent at this time or later
   */
  void completeIf(LongPredicate confirmedSince, Ready out) {
    while (!queue.isEmpty() && confirmedSince.test(queue.peekFirst().askedAt())) {
      out.readsDone.add(new Ready.ReadDone(queue.removeFirst().listener(), true));
    }
  }

  /** Ends as unconfirmed what has waited longer than this. */
  void expire(long maxAgeNanos, long now, Ready out) {
    while (!queue.isEmpty() && now - queue.peekFirst().askedAt() > maxAgeNanos) {
      out.readsDone.add(new Ready.ReadDone(queue.removeFirst().listener(), false));
    }
  }

  void abandon(Ready out) {
    for (Waiting waiting : queue) {
      out.readsDone.add(new Ready.ReadDone(waiting.listener(), false));
    }
    queue.clear();
  }
}
