package io.holdfast.client;

/** Nobody took the operation on before time ran out. Nothing was done; trying again is safe. */
public final class UnavailableException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private final int serverCode;
  private final String serverMessage;

  public UnavailableException(
      ErrorCode code,
      int serverCode,
      String serverMessage,
      String message,
      boolean outOfTime,
      Throwable cause) {
    super(code, message, outOfTime, cause);
    this.serverCode = serverCode;
    this.serverMessage = serverMessage;
  }

  /** The {@code code} of the last answer, when the last attempt was answered; else 0. */
  public int serverCode() {
    return serverCode;
  }

  /** The words of the last answer, when the last attempt was answered; else empty. */
  public String serverMessage() {
    return serverMessage;
  }

  @Override
  public boolean isRetryable() {
    return true;
  }
}
