package io.holdfast.protocol.rpc;

/** Why a call has no answer. */
public final class RpcException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is known about the request. */
  public enum Kind {
    /** No connection could be made: the server has not seen the request. */
    NOT_CONNECTED,
    /** The connection went away or time ran out after sending: the request may have been served. */
    OUTCOME_UNKNOWN,
    /** This side gave the request up before sending it: a bound was reached, or it was closed. */
    NOT_SENT,
    /** The server answered that it does not serve this: no such method, or a malformed request. */
    REFUSED
  }

  private final Kind kind;
  private final String endpoint;

  public RpcException(Kind kind, String endpoint, String message, Throwable cause) {
    super(endpoint + ": " + message, cause);
    this.kind = kind;
    this.endpoint = endpoint;
  }

  public RpcException(Kind kind, String endpoint, String message) {
    this(kind, endpoint, message, null);
  }

  public Kind kind() {
    return kind;
  }

  /** The server that was called, as {@code host:port}. */
  public String endpoint() {
    return endpoint;
  }
}
