package io.holdfast.client.retry;

import java.util.Objects;

/**
 * What the attempts of one operation have shown so far. Immutable.
 *
 * @param kind what the operation does
 * @param attempts how many attempts have ended
 * @param staleRoutes how many of them found that the route pointed to the wrong place
 * @param unknownSeen whether any of them had an unknown outcome; once true it stays true
 */
public record RetryState(OperationKind kind, int attempts, int staleRoutes, boolean unknownSeen) {

  public RetryState {
    Objects.requireNonNull(kind);
  }

  /** The state before the first attempt. */
  public static RetryState start(OperationKind kind) {
    return new RetryState(kind, 0, 0, false);
  }

  RetryState after(Outcome outcome) {
    boolean stale =
        outcome.kind() == Outcome.Kind.ANSWERED && outcome.code() == AnswerCode.TABLE_NOT_FOUND;
    return new RetryState(
        kind,
        attempts + 1,
        staleRoutes + (stale ? 1 : 0),
        unknownSeen || outcome.mayHaveHappened());
  }
}
