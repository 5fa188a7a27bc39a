package io.holdfast.client.call;

import io.holdfast.client.ErrorCode;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.UnavailableException;
import io.holdfast.common.error.Causes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waiting for a call, for the variants of the interface that block. */
public final class Waiting {
  private Waiting() {}

  /**
   * The result of the call. There is no time-out here: every call ends by itself.
   *
   * @throws HoldfastException when the call failed
   */
  public static <T> T on(CompletableFuture<T> call) {
    try {
      return call.join();
    } catch (CompletionException e) {
      throw asHoldfastException(e);
    }
  }

  /** The failure as a {@link HoldfastException}; failures of calls are never anything else. */
  public static HoldfastException asHoldfastException(Throwable failure) {
    Throwable cause = Causes.unwrapped(failure);
    if (cause instanceof HoldfastException known) {
      return known;
    }
    return new UnavailableException(
        ErrorCode.UNAVAILABLE, 0, "", "error in the client: " + cause, false, cause);
  }
}
