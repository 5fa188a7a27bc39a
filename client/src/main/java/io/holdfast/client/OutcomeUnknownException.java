package io.holdfast.client;

/**
 * A write was sent and its fate is not known: it may have been done, it may not, and it may still
 * be, but only once, however often the client has sent it. Read before writing again, or write
 * again only what may safely be there twice.
 */
public final class OutcomeUnknownException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  public OutcomeUnknownException(String message, boolean outOfTime, Throwable cause) {
    super(ErrorCode.OUTCOME_UNKNOWN, message, outOfTime, cause);
  }

  /** False: repeating it could do it twice. */
  @Override
  public boolean isRetryable() {
    return false;
  }

  @Override
  public boolean outcomeUnknown() {
    return true;
  }
}
