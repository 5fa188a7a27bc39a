package io.holdfast.protocol.rpc;

/** The numbers of brpc that travel in {@code response.error_code} when a call fails as a call. */
public final class RpcErrorCode {
  /** No such service. */
  public static final int NO_SERVICE = 1001;

  /** The service has no such method, or it is not served here. */
  public static final int NO_METHOD = 1002;

  /** The request cannot be read: malformed, too large, compressed. */
  public static final int BAD_REQUEST = 1003;

  /** The handler failed; what it has done until then is unknown. */
  public static final int INTERNAL = 2001;

  /** The handler's answer cannot be sent: too large. The request has been served. */
  public static final int BAD_RESPONSE = 2002;

  /** The server is shutting down and has not looked at the request. */
  public static final int SHUTTING_DOWN = 2003;

  /** The server holds too much unfinished work and has not looked at the request. */
  public static final int OVERLOADED = 2004;

  private RpcErrorCode() {}

  /** Whether a call that failed with this code certainly has not run. */
  static boolean neverServed(int code) {
    return switch (code) {
      case NO_SERVICE, NO_METHOD, BAD_REQUEST, SHUTTING_DOWN, OVERLOADED -> true;
      default -> false;
    };
  }
}
