package io.holdfast.nameserver.rpc;

import io.holdfast.nameserver.control.AdminResult;

/** A request asks for something that cannot be; the message tells the caller what to change. */
final class RequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;

  RequestException(String message) {
    this(AdminResult.INVALID_PARAMETER, message);
  }

  /**
   * @param code one of OpenMLDB's return codes
   */
  RequestException(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
