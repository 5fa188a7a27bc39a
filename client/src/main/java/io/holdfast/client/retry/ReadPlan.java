package io.holdfast.client.retry;

/**
 * Where the next attempt of a read goes that any replica may answer. A pure function, so that a
 * simulator can run it.
 *
 * <p>Begins at a replica. One that says that it cannot answer, being behind for example, is
 * followed by the leader. One that does not answer is followed by another one, and so is a leader
 * that does not answer or that nobody knows: while there is no leader, or it waits for the very
 * server that hangs, the other replicas still serve whoever has seen no more than they have.
 */
public final class ReadPlan {
  private ReadPlan() {}

  /**
   * Whether the next attempt asks the leader.
   *
   * @param askedLeader whether the last attempt did
   * @param outcome what came of it; calls for another attempt
   */
  public static boolean nextAsksLeader(boolean askedLeader, Outcome outcome) {
    if (!askedLeader) {
      return outcome.kind() == Outcome.Kind.ANSWERED;
    }
    return switch (outcome.kind()) {
      case NOT_CONNECTED, NOT_SENT, UNKNOWN, REFUSED -> false;
      // A leader that is named, or that will be ready soon, is worth the next attempt.
      case ANSWERED -> !outcome.leaderHint().isEmpty() || outcome.retryAfterMillis() > 0;
    };
  }
}
