package io.holdfast.nameserver.api;

/** A request that is answered with a status other than that of success. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final int code;
  private final String hint;

  ApiException(int status, int code, String message, String hint) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }

  int status() {
    return status;
  }

  int code() {
    return code;
  }

  String hint() {
    return hint;
  }
}
