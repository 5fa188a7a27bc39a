package io.holdfast.tools.load;

import java.util.concurrent.CompletableFuture;

/** What load is put on. Thread-safe. */
interface LoadTarget {
  /** Begins an operation; the future ends with it, exceptionally if it failed. Does not block. */
  CompletableFuture<?> start(OpKind kind, String key);
}
