package io.holdfast.client.call;

import io.holdfast.client.ErrorCode;

/** There is nobody to ask. Nothing was sent. */
public final class NoDestinationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final boolean passing;
  private final int serverCode;

  private NoDestinationException(ErrorCode code, boolean passing, int serverCode, String message) {
    super(message);
    this.code = code;
    this.passing = passing;
    this.serverCode = serverCode;
  }

  /** Nobody now, perhaps later: asking again makes sense. */
  public static NoDestinationException now(ErrorCode code, String message) {
    return new NoDestinationException(code, true, 0, message);
  }

  /** Nobody, and waiting does not change that. */
  public static NoDestinationException ever(ErrorCode code, int serverCode, String message) {
    return new NoDestinationException(code, false, serverCode, message);
  }

  public ErrorCode code() {
    return code;
  }

  public boolean passing() {
    return passing;
  }

  /** The code with which a server said so; 0 if none did. */
  public int serverCode() {
    return serverCode;
  }
}
