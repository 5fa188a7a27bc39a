package io.holdfast.client.call;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.client.ErrorCode;
import io.holdfast.client.OutcomeUnknownException;
import io.holdfast.client.RejectedException;
import io.holdfast.client.UnavailableException;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.Decision;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.retry.Outcome;
import io.holdfast.client.retry.RetryState;
import io.holdfast.common.error.Causes;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.protocol.rpc.RpcException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One call on its way. Its attempts follow one another, so each step sees what the one before it
 * wrote; nothing runs at the same time but the completion of the result. When somebody else
 * completes that, as a cancellation does, no further attempt is made.
 */
final class Call<R extends Message> {
  private final RetryingCaller owner;
  private final Destination destination;
  private final MethodDescriptor method;
  private final R response;
  private final long budgetMillis;
  private final long startNanos;
  private final AttemptLog log = new AttemptLog();
  private final CompletableFuture<R> result = new CompletableFuture<>();

  private RetryState state;
  private Dispatch lastDispatch;
  private R lastAnswer;
  private Throwable lastFailure;

  Call(
      RetryingCaller owner,
      Destination destination,
      MethodDescriptor method,
      R response,
      OperationKind kind,
      long budgetMillis,
      long startNanos) {
    this.owner = owner;
    this.destination = destination;
    this.method = method;
    this.response = response;
    this.budgetMillis = budgetMillis;
    this.startNanos = startNanos;
    this.state = RetryState.start(kind);
  }

  CompletableFuture<R> result() {
    return result;
  }

  void start() {
    guarded(() -> attempt(false, ""));
  }

  private void attempt(boolean refresh, String leaderHint) {
    if (result.isDone()) {
      return;
    }
    CompletableFuture<Dispatch> chosen;
    if (!refresh && lastDispatch != null) {
      chosen = CompletableFuture.completedFuture(lastDispatch);
    } else {
      chosen = destination.choose(refresh, leaderHint);
    }
    chosen.whenComplete(
        (dispatch, failure) -> guarded(() -> afterChoice(dispatch, Causes.unwrapped(failure))));
  }

  private void afterChoice(Dispatch dispatch, Throwable failure) {
    if (failure != null) {
      lastAnswer = null;
      lastFailure = failure;
      log.add(text(failure));
      boolean passing = failure instanceof NoDestinationException none && none.passing();
      decide(destination.judged(null, passing ? Outcome.notSent() : Outcome.refused()));
      return;
    }
    if (result.isDone()) {
      return;
    }
    lastDispatch = dispatch;
    long timeoutMillis = owner.policy().attemptTimeoutMillis(state, elapsedMillis(), budgetMillis);
    if (dispatch.mostMillis() > 0) {
      timeoutMillis = Math.min(timeoutMillis, dispatch.mostMillis());
    }
    owner
        .rpc()
        .call(
            dispatch.endpoint(),
            method,
            dispatch.request(),
            response,
            Duration.ofMillis(timeoutMillis))
        .whenComplete(
            (answer, callFailure) ->
                guarded(() -> afterCall(answer, Causes.unwrapped(callFailure))));
  }

  private void afterCall(R answer, Throwable failure) {
    lastAnswer = answer;
    lastFailure = failure;
    if (failure == null) {
      Outcome outcome = destination.judged(answer, Answer.outcome(answer));
      if (outcome.code() == AnswerCode.REPLICA_BEHIND) {
        log.add(lastDispatch.endpoint() + " is behind what was seen, or too old");
      } else if (outcome.code() != AnswerCode.OK) {
        log.add(Answer.describe(lastDispatch.endpoint(), answer));
      }
      decide(outcome);
      return;
    }
    log.add(text(failure));
    Outcome outcome = failure instanceof RpcException rpc ? outcome(rpc) : Outcome.unknown();
    decide(destination.judged(null, outcome));
  }

  private void decide(Outcome outcome) {
    Decision decision =
        owner.policy().decide(state, outcome, elapsedMillis(), budgetMillis, owner.nextJitter());
    state = decision.state();
    switch (decision.action()) {
      case DONE -> result.complete(lastAnswer);
      case GIVE_UP_FAILED -> result.completeExceptionally(failed(decision.outOfTime()));
      case GIVE_UP_UNKNOWN -> result.completeExceptionally(unknown(decision.outOfTime()));
      case RETRY_SAME_ENDPOINT -> later(decision, false);
      case REFRESH_ROUTE_AND_RETRY -> later(decision, true);
      case NEW_SESSION_AND_RETRY -> {
        destination.nameAnew(Answer.sessionBegin(lastAnswer));
        lastDispatch = null;
        later(decision, false);
      }
    }
  }

  private void later(Decision decision, boolean refresh) {
    Runnable next = () -> guarded(() -> attempt(refresh, decision.leaderHint()));
    if (decision.delayMillis() == 0) {
      next.run();
    } else {
      owner.timer().after(decision.delayMillis(), next);
    }
  }

  private RuntimeException failed(boolean outOfTime) {
    String message = method.getName() + " failed. " + log.describe(elapsedMillis());
    if (lastAnswer != null) {
      int code = Answer.code(lastAnswer);
      String words = Answer.message(lastAnswer);
      return new UnavailableException(ErrorCode.UNAVAILABLE, code, words, message, outOfTime, null);
    }
    if (lastFailure instanceof NoDestinationException none) {
      return none.passing()
          ? new UnavailableException(none.code(), 0, none.getMessage(), message, outOfTime, none)
          : new RejectedException(none.code(), none.serverCode(), none.getMessage(), message);
    }
    if (lastFailure instanceof RpcException rpc
        && rpc.kind() == RpcException.Kind.REFUSED
        && !isPassing(rpc)) {
      return new RejectedException(ErrorCode.REJECTED, 0, rpc.getMessage(), message);
    }
    return new UnavailableException(ErrorCode.UNAVAILABLE, 0, "", message, outOfTime, lastFailure);
  }

  private RuntimeException unknown(boolean outOfTime) {
    return new OutcomeUnknownException(
        method.getName()
            + ": outcome unknown, it may or may not have been done. "
            + log.describe(elapsedMillis()),
        outOfTime,
        lastFailure);
  }

  /** An error of ours must not leave the caller waiting for ever. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      log.add("error in the client: " + e);
      result.completeExceptionally(
          state.kind().isWrite() && (lastDispatch != null || state.unknownSeen())
              ? new OutcomeUnknownException(
                  method.getName() + ": outcome unknown. " + log.describe(elapsedMillis()),
                  false,
                  e)
              : new UnavailableException(
                  ErrorCode.UNAVAILABLE,
                  0,
                  "",
                  method.getName() + " failed. " + log.describe(elapsedMillis()),
                  false,
                  e));
    }
  }

  private long elapsedMillis() {
    return owner.millisSince(startNanos);
  }

  private static Outcome outcome(RpcException failure) {
    return switch (failure.kind()) {
      case NOT_CONNECTED -> Outcome.notConnected();
      case NOT_SENT -> Outcome.notSent();
      // It has not looked at the request, and another server, or a later moment, may be better.
      case REFUSED -> isPassing(failure) ? Outcome.notSent() : Outcome.refused();
      case OUTCOME_UNKNOWN -> Outcome.unknown();
    };
  }

  /** Whether a server that refused may serve the same request later. */
  private static boolean isPassing(RpcException refusal) {
    int code = refusal.remoteCode();
    return code == RpcErrorCode.SHUTTING_DOWN || code == RpcErrorCode.OVERLOADED;
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }
}
