package io.holdfast.nameserver.rpc;

/** A request asks for something that cannot be; the message tells the caller what to change. */
final class RequestException extends Exception {
  private static final long serialVersionUID = 1L;

  RequestException(String message) {
    super(message);
  }
}
