package io.holdfast.client;

/** The operation was refused for a reason that waiting does not change. Nothing was done. */
public final class RejectedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private final int serverCode;
  private final String serverMessage;

  public RejectedException(ErrorCode code, int serverCode, String serverMessage, String message) {
    super(code, message, null);
    this.serverCode = serverCode;
    this.serverMessage = serverMessage;
  }

  /** A refusal that this side found before anything was sent. */
  public static RejectedException invalidArgument(String message) {
    return new RejectedException(ErrorCode.INVALID_ARGUMENT, 0, message, message);
  }

  /** The {@code code} of the server's answer; 0 when this side refused. */
  public int serverCode() {
    return serverCode;
  }

  /** The server's own words, without anything added; may be empty. */
  public String serverMessage() {
    return serverMessage;
  }

  @Override
  public boolean isRetryable() {
    return false;
  }
}
