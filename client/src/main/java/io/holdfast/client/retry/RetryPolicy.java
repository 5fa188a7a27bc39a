package io.holdfast.client.retry;

import io.holdfast.client.retry.Decision.Action;
import java.util.Objects;

/**
 * Decides what follows an attempt: the answer stands, ask again, or give up.
 *
 * <p>A pure function. It owns no clock, thread or source of chance: time comes in as milliseconds
 * since the operation began, jitter as a number in [0, 1). The same arguments give the same
 * decision, so a simulator can run it. Immutable and thread-safe.
 *
 * <p>Promises:
 *
 * <ul>
 *   <li>A refusal (no connection, nothing sent, not the leader, loading, busy) is repeated for
 *       every operation: nothing was done.
 *   <li>An attempt with an unknown outcome is repeated only for reads, for writes that carry a
 *       name, and for writes that the caller called repeatable.
 *   <li>A write whose outcome is unknown under its name gets no new name, unless the caller called
 *       it repeatable.
 *   <li>Once an attempt of a write had an unknown outcome, giving up is {@link
 *       Action#GIVE_UP_UNKNOWN} and never {@link Action#GIVE_UP_FAILED}. For the same reason a
 *       final refusal of a later attempt is not handed out as the answer then: it says nothing of
 *       the earlier attempt.
 *   <li>A retry is never decided that could not start before the budget runs out.
 * </ul>
 */
public final class RetryPolicy {
  private final RetrySettings settings;

  public RetryPolicy(RetrySettings settings) {
    this.settings = Objects.requireNonNull(settings);
  }

  /**
   * What to do now that an attempt has ended.
   *
   * @param before the state before the attempt; {@link RetryState#start} for the first
   * @param outcome what the attempt came to
   * @param elapsedMillis time since the operation began, including this attempt
   * @param budgetMillis how long the operation may take in all
   * @param jitter in [0, 1); spreads the waits of many clients
   */
  public Decision decide(
      RetryState before, Outcome outcome, long elapsedMillis, long budgetMillis, double jitter) {
    if (!(jitter >= 0 && jitter < 1)) {
      throw new IllegalArgumentException("jitter " + jitter);
    }
    RetryState state = before.after(outcome);
    Action wish = wish(state, outcome);
    if (wish == Action.DONE) {
      boolean refusalAfterUnknown =
          state.kind().isWrite() && state.unknownSeen() && outcome.code() != AnswerCode.OK;
      return stop(refusalAfterUnknown ? Action.GIVE_UP_UNKNOWN : Action.DONE, state, false);
    }
    long delayMillis = delayMillis(state, outcome, jitter);
    boolean outOfTime = elapsedMillis + delayMillis >= budgetMillis;
    if (wish == Action.GIVE_UP_FAILED || outOfTime || state.attempts() >= settings.maxAttempts()) {
      return giveUp(state, outOfTime);
    }
    return new Decision(wish, delayMillis, outcome.leaderHint(), state, false);
  }

  /**
   * How long the next attempt may take. An operation that may be repeated keeps time for another
   * attempt, so that one server that hangs does not use up the whole budget; one that may not be
   * repeated waits for its only answer to the end.
   *
   * @return milliseconds, at least 1
   */
  public long attemptTimeoutMillis(RetryState state, long elapsedMillis, long budgetMillis) {
    long remainingMillis = Math.max(1, budgetMillis - elapsedMillis);
    return state.kind().repeatable()
        ? Math.min(settings.attemptTimeoutMillis(), remainingMillis)
        : remainingMillis;
  }

  private Action wish(RetryState state, Outcome outcome) {
    return switch (outcome.kind()) {
      case NOT_CONNECTED, NOT_SENT -> Action.REFRESH_ROUTE_AND_RETRY;
      case REFUSED -> Action.GIVE_UP_FAILED;
      case UNKNOWN -> repeatIfSafe(state);
      case ANSWERED -> wishForAnswer(state, outcome);
    };
  }

  private Action wishForAnswer(RetryState state, Outcome outcome) {
    switch (outcome.code()) {
      case AnswerCode.OK, AnswerCode.KEY_NOT_FOUND:
        return Action.DONE;
      case AnswerCode.NOT_LEADER, AnswerCode.NAMESERVER_NOT_LEADER:
        return Action.REFRESH_ROUTE_AND_RETRY;
      case AnswerCode.TABLE_LOADING:
        return Action.RETRY_SAME_ENDPOINT;
      case AnswerCode.TABLE_NOT_FOUND:
        // The tablet may have given the partition away after the route was learned.
        return state.staleRoutes() <= settings.maxStaleRoutes()
            ? Action.REFRESH_ROUTE_AND_RETRY
            : Action.DONE;
      case AnswerCode.REPLICATION_FAILED, AnswerCode.OUTCOME_UNKNOWN:
        return repeatIfSafe(state);
      case AnswerCode.SEQ_TOO_OLD, AnswerCode.SESSION_FORGOTTEN:
        return state.unknownSeen() && state.kind() != OperationKind.REPEATABLE_WRITE
            ? Action.GIVE_UP_FAILED
            : Action.NEW_SESSION_AND_RETRY;
      case AnswerCode.READ_NOT_CONFIRMED, AnswerCode.REPLICA_BEHIND, AnswerCode.INDEX_ADDED:
        return Action.REFRESH_ROUTE_AND_RETRY;
      default:
        return outcome.retryAfterMillis() > 0 ? Action.RETRY_SAME_ENDPOINT : Action.DONE;
    }
  }

  // The server that fell silent may be gone, so the route is learned anew as well.
  private static Action repeatIfSafe(RetryState state) {
    return state.kind().repeatable() ? Action.REFRESH_ROUTE_AND_RETRY : Action.GIVE_UP_FAILED;
  }

  private long delayMillis(RetryState state, Outcome outcome, double jitter) {
    // Two servers that each name the other must not be asked in a tight loop.
    boolean firstHint = !outcome.leaderHint().isEmpty() && state.attempts() <= 2;
    boolean firstSession = outcome.code() == AnswerCode.SESSION_FORGOTTEN && state.attempts() <= 2;
    if ((firstHint || firstSession) && outcome.retryAfterMillis() == 0) {
      return 0;
    }
    int doublings = Math.min(state.attempts() - 1, 30);
    long capMillis =
        Math.min(settings.maxBackoffMillis(), settings.initialBackoffMillis() << doublings);
    long backoffMillis = Math.round(capMillis * (0.5 + jitter / 2));
    long wishedMillis = Math.min(outcome.retryAfterMillis(), settings.maxBackoffMillis());
    return Math.max(1, Math.max(wishedMillis, backoffMillis));
  }

  private static Decision giveUp(RetryState state, boolean outOfTime) {
    boolean unknown = state.kind().isWrite() && state.unknownSeen();
    return stop(unknown ? Action.GIVE_UP_UNKNOWN : Action.GIVE_UP_FAILED, state, outOfTime);
  }

  private static Decision stop(Action action, RetryState state, boolean outOfTime) {
    return new Decision(action, 0, "", state, outOfTime);
  }
}
