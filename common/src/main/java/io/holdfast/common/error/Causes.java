package io.holdfast.common.error;

import java.util.concurrent.CompletionException;

/** What lies beneath a failure. */
public final class Causes {
  private Causes() {}

  /** The failure without the wrappings that futures put around what came from another stage. */
  public static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
