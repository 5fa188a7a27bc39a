package io.holdfast.client.call;

import io.holdfast.client.ReadFigures;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.Outcome;
import io.holdfast.client.retry.ReplicaChooser;
import io.holdfast.common.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Whose turn it is to answer a read, for all calls of a client, and how it went. Thread-safe. */
public final class ReplicaTurns {
  private final Clock clock;
  private final ReplicaChooser chooser = new ReplicaChooser();
  private final LongAdder atReplicas = new LongAdder();
  private final LongAdder behind = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private final LongAdder atLeader = new LongAdder();
  private final LongAdder hedged = new LongAdder();
  private final LongAdder hedgesWon = new LongAdder();

  public ReplicaTurns(Clock clock) {
    this.clock = clock;
  }

  /** How reads went so far. */
  public ReadFigures figures() {
    return new ReadFigures(
        atReplicas.sum(),
        behind.sum(),
        unanswered.sum(),
        atLeader.sum(),
        hedged.sum(),
        hedgesWon.sum());
  }

  /**
   * The replica whose turn it is.
   *
   * @param replicas not empty
   */
  String next(int tid, int pid, List<String> replicas) {
    synchronized (chooser) {
      return chooser.choose(partition(tid, pid), replicas, nowMillis());
    }
  }

  /** Whom to ask as well; uses up nobody's turn. See {@link ReplicaChooser#other}. */
  Optional<String> other(int tid, int pid, List<String> replicas, String asked) {
    synchronized (chooser) {
      return chooser.other(partition(tid, pid), replicas, asked, nowMillis());
    }
  }

  /** A second replica was asked. */
  void hedged() {
    hedged.increment();
  }

  /** And it was that one whose answer counted. */
  void hedgeWon() {
    hedgesWon.increment();
  }

  /** What came of asking a replica. */
  void asked(String replica, Outcome outcome) {
    boolean answered = outcome.kind() == Outcome.Kind.ANSWERED;
    synchronized (chooser) {
      if (answered) {
        chooser.answered(replica);
      } else {
        chooser.failed(replica, nowMillis());
      }
    }
    if (isAnswer(outcome)) {
      atReplicas.increment();
    } else if (outcome.code() == AnswerCode.REPLICA_BEHIND) {
      behind.increment();
    } else if (!answered) {
      unanswered.increment();
    }
  }

  /** What came of asking the leader after somebody else. */
  void askedLeader(Outcome outcome) {
    if (isAnswer(outcome)) {
      atLeader.increment();
    }
  }

  private static boolean isAnswer(Outcome outcome) {
    return outcome.kind() == Outcome.Kind.ANSWERED
        && (outcome.code() == AnswerCode.OK || outcome.code() == AnswerCode.KEY_NOT_FOUND);
  }

  private static long partition(int tid, int pid) {
    return ((long) tid << 32) + pid;
  }

  private long nowMillis() {
    return clock.nanoTime() / 1_000_000;
  }
}
