package io.holdfast.client.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A read that is asked a second time, elsewhere, when the first question takes too long. The first
 * good answer counts; it has failed when both have. Thread-safe.
 */
final class HedgedRead<R> {
  private final CompletableFuture<R> first;
  private final Supplier<CompletableFuture<R>> second;
  private final ReplicaTurns turns;
  private final CompletableFuture<R> result = new CompletableFuture<>();

  /** Questions that are under way and have not failed. */
  private final AtomicInteger hopes = new AtomicInteger(1);

  HedgedRead(
      CompletableFuture<R> first, Supplier<CompletableFuture<R>> second, ReplicaTurns turns) {
    this.first = first;
    this.second = second;
    this.turns = turns;
    first.whenComplete((answer, failure) -> answered(answer, failure));
  }

  CompletableFuture<R> result() {
    return result;
  }

  /** The first question should have been answered by now. */
  void timeIsOver() {
    // Not when it has failed for good meanwhile: it has then asked everybody in turn.
    if (first.isDone() || result.isDone() || hopes.getAndIncrement() == 0) {
      return;
    }
    turns.hedged();
    second
        .get()
        .whenComplete(
            (answer, failure) -> {
              if (answered(answer, failure)) {
                turns.hedgeWon();
              }
            });
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
