package io.holdfast.tools.quickstart;

import java.util.concurrent.CompletableFuture;

/** Kills and starts tablets by their endpoint. Neither keeps the caller waiting. */
public interface TabletControl {
  /** Kills the process at once, without a chance to say goodbye; completes when it is gone. */
  CompletableFuture<Void> kill9(String endpoint);

  /** Starts the tablet again over its own data; completes when it serves. */
  CompletableFuture<Void> restart(String endpoint);
}
