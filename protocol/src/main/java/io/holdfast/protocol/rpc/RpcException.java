package io.holdfast.protocol.rpc;

/** Why a call has no answer. */
public final class RpcException extends Exception {
  private static final long serialVersionUID = 2L;

  /** What is known about the request. */
  public enum Kind {
    /** No connection could be made: the server has not seen the request. */
    NOT_CONNECTED,
    /**
     * The connection went away, time ran out after sending, or the server failed inside the
     * handler: the request may have been served.
     */
    OUTCOME_UNKNOWN,
    /** This side gave the request up before sending it: a bound was reached, or it was closed. */
    NOT_SENT,
    /**
     * The server answered that it has not served this: no such method, a malformed request, too
     * much unfinished work there, or it is shutting down. {@link RpcException#remoteCode()} tells
     * which.
     */
    REFUSED
  }

  private final Kind kind;
  private final String endpoint;
  private final int remoteCode;

  public RpcException(Kind kind, String endpoint, String message, Throwable cause) {
    super(endpoint + ": " + message, cause);
    this.kind = kind;
    this.endpoint = endpoint;
    this.remoteCode = 0;
  }

  public RpcException(Kind kind, String endpoint, String message) {
    this(kind, endpoint, message, null);
  }

  /**
   * A failure that the server has answered.
   *
   * @param remoteCode the answer's error code, see {@link RpcErrorCode}
   */
  public RpcException(Kind kind, String endpoint, int remoteCode, String message) {
    super(endpoint + ": " + message + " (code " + remoteCode + ")");
    this.kind = kind;
    this.endpoint = endpoint;
    this.remoteCode = remoteCode;
  }

  public Kind kind() {
    return kind;
  }

  /** The server that was called, as {@code host:port}. */
  public String endpoint() {
    return endpoint;
  }

  /** The error code in the server's answer; 0 when the server has not answered. */
  public int remoteCode() {
    return remoteCode;
  }
}
