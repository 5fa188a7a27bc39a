package io.holdfast.tools.quickstart;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waiting for futures where an {@link IOException} is what callers expect. */
final class Futures {
  private Futures() {}

  /** What the future completes with; its failure becomes an IOException that begins with a text. */
  static <T> T await(CompletableFuture<T> future, String failure) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IOException(failure + ": " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(failure + ": interrupted", e);
    }
  }
}
