package io.holdfast.client.call;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A read that is asked a second time, elsewhere, when the first question takes too long. The first
 * good answer counts, and ends the other question; it has failed when both have. Thread-safe.
 */
final class HedgedRead<R> {
  private final CompletableFuture<R> first;
  private final Supplier<Optional<String>> other;
  private final Function<String, CompletableFuture<R>> second;
  private final ReplicaTurns turns;
  private final CompletableFuture<R> result = new CompletableFuture<>();

  /** Questions that are under way and have not failed. */
  private final AtomicInteger hopes = new AtomicInteger(1);

  /**
   * @param other whom to ask a second time; empty when there is nobody
   * @param second asks them
   */
  HedgedRead(
      CompletableFuture<R> first,
      Supplier<Optional<String>> other,
      Function<String, CompletableFuture<R>> second,
      ReplicaTurns turns) {
    this.first = first;
    this.other = other;
    this.second = second;
    this.turns = turns;
    first.whenComplete((answer, failure) -> answered(answer, failure));
    endsWith(first);
  }

  /** Nobody goes on with a question whose answer is not wanted any more. */
  private void endsWith(CompletableFuture<R> question) {
    result.whenComplete((answer, failure) -> question.cancel(false));
  }

  CompletableFuture<R> result() {
    return result;
  }

  /** The first question should have been answered by now. */
  void timeIsOver() {
    // Not when it has failed for good meanwhile: it has then asked everybody in turn.
    Optional<String> replica = first.isDone() || result.isDone() ? Optional.empty() : other.get();
    if (replica.isEmpty() || hopes.getAndIncrement() == 0) {
      return;
    }
    turns.hedged();
    CompletableFuture<R> question = second.apply(replica.get());
    question.whenComplete(
        (answer, failure) -> {
          if (answered(answer, failure)) {
            turns.hedgeWon();
          }
        });
    endsWith(question);
  }

  private boolean answered(R answer, Throwable failure) {
    if (failure == null) {
      return result.complete(answer);
    }
    if (hopes.decrementAndGet() == 0) {
      result.completeExceptionally(failure);
    }
    return false;
  }
}
