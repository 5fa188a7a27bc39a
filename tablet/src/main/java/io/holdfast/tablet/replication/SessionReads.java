package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.tablet.replication.SessionListener.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Reads that any replica may answer, as long as the reader does not go back: it names the newest
 * version that it has seen, and is served when that is applied here.
 *
 * <p>The version alone is enough. Only committed records are applied, offsets of committed records
 * are never given again, and nothing applied is ever undone: so whoever has applied up to an
 * offset, fenced, cut off or left behind as it may be, has everything that any reader saw at that
 * offset or before.
 *
 * <p>Offsets are given again in one case: an operator gave up what missing members held. A process
 * that has just started may hold a copy from before that, so nobody is served before the replica
 * was up to date once in its life; a reader that has seen nothing would not want it either.
 *
 * <p>What cannot be served at once waits for a while. The number of waiting reads is bounded; at
 * the bound the reader is sent to the leader at once.
 */
final class SessionReads {
  static final int MAX_WAITING = 1024;

  private record Waiting(
      long minVersion, long number, long since, long patience, SessionListener told)
      implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting other) {
      int byVersion = Long.compare(minVersion, other.minVersion);
      return byVersion != 0 ? byVersion : Long.compare(number, other.number);
    }
  }

  private final ReplicaState state;
  private final PriorityQueue<Waiting> queue = new PriorityQueue<>();
  private long numbered;

  SessionReads(ReplicaState state) {
    this.state = state;
  }

  /**
   * Serves a read now, or lets it wait.
   *
   * @param applied the replica's applied offset
   * @param waitNanos for how long it may wait
   */
  void read(long minVersion, long applied, long waitNanos, SessionListener listener, long now) {
    if (mayServe(minVersion, applied)) {
      listener.onVerdict(Verdict.SERVE);
    } else if (waitNanos <= 0 || queue.size() >= MAX_WAITING) {
      listener.onVerdict(Verdict.BEHIND);
    } else {
      queue.add(new Waiting(minVersion, numbered++, now, waitNanos, listener));
    }
  }

  int waiting() {
    return queue.size();
  }

  /** Takes out the reads that can be served now; they must be told. */
  List<SessionListener> takeServable(long applied) {
    if (queue.isEmpty() || !mayServe(queue.peek().minVersion(), applied)) {
      return List.of();
    }
    List<SessionListener> servable = new ArrayList<>();
    while (!queue.isEmpty() && mayServe(queue.peek().minVersion(), applied)) {
      servable.add(queue.poll().told());
    }
    return servable;
  }

  /** Takes out the reads whose time is over; they must be told. */
  List<SessionListener> takeOverdue(long now) {
    if (queue.isEmpty()) {
      return List.of();
    }
    List<Waiting> overdue = new ArrayList<>();
    queue.removeIf(waiting -> now - waiting.since() >= waiting.patience() && overdue.add(waiting));
    return inOrder(overdue);
  }

  /** Takes out all reads; they must be told. */
  List<SessionListener> takeAll() {
    List<Waiting> all = new ArrayList<>(queue);
    queue.clear();
    return inOrder(all);
  }

  private static List<SessionListener> inOrder(List<Waiting> reads) {
    reads.sort(Comparator.comparingLong(Waiting::number));
    return reads.stream().map(Waiting::told).toList();
  }

  /** Whether the state may be shown to anybody. */
  boolean isReadable() {
    return !state.flags().isOutOfService() && !state.witness;
  }

  private boolean mayServe(long minVersion, long applied) {
    if (!isReadable()) {
      return false;
    }
    if (state.lacks(Mutant.SESSION_IGNORES_TOKEN)) {
      return true;
    }
    long reached = state.lacks(Mutant.SESSION_SERVES_UNAPPLIED) ? state.commit() : applied;
    return reached >= minVersion && state.freshness.isKnown();
  }
}
