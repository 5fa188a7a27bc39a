package io.holdfast.client;

/**
 * An operation did not end well. The message says what was tried and how each attempt ended.
 *
 * <p>The two questions a caller has are answered by {@link #outcomeUnknown()} (may it have been
 * done?) and {@link #isRetryable()} (is there a point in trying again?).
 */
public abstract sealed class HoldfastException extends RuntimeException
    permits RejectedException, UnavailableException, OutcomeUnknownException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final boolean outOfTime;

  HoldfastException(ErrorCode code, String message, boolean outOfTime, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.outOfTime = outOfTime;
  }

  public ErrorCode code() {
    return code;
  }

  /** Whether the same call may succeed later and repeating it is safe. */
  public abstract boolean isRetryable();

  /**
   * Whether it ended because its time was used up: nothing else could have been tried any more.
   * Never of a {@link RejectedException}.
   */
  public final boolean outOfTime() {
    return outOfTime;
  }

  /** Whether the operation may have been done, or may still be done. */
  public boolean outcomeUnknown() {
    return false;
  }
}
