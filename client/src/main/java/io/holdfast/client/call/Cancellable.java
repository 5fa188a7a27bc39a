package io.holdfast.client.call;

import java.util.concurrent.CompletableFuture;

/**
 * A future whose cancellation cancels what it waits for, also when it is one that depends on it
 * that is cancelled. Not for what several wait for.
 */
final class Cancellable<T> extends CompletableFuture<T> {
  private final CompletableFuture<?> source;

  private Cancellable(CompletableFuture<?> source) {
    this.source = source;
  }

  static <T> CompletableFuture<T> of(CompletableFuture<T> source) {
    Cancellable<T> result = new Cancellable<>(source);
    source.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            result.complete(value);
          } else {
            result.completeExceptionally(failure);
          }
        });
    return result;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new Cancellable<>(source);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    return source.cancel(mayInterruptIfRunning) || cancelled;
  }
}
