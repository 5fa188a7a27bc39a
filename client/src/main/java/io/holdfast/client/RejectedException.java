package io.holdfast.client;

import java.util.List;

/**
 * What was asked for was refused for a reason that waiting does not change, and nothing was done.
 * Only a command that has become operations of the nameserver, which {@link #ops()} names, may be
 * done in part, or go on.
 */
public final class RejectedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private final int serverCode;
  private final String serverMessage;
  private final transient List<Long> ops;
  private final transient List<String> reasons;

  public RejectedException(ErrorCode code, int serverCode, String serverMessage, String message) {
    this(code, serverCode, serverMessage, message, List.of());
  }

  /**
   * @param ops ids of the operations that the command has become all the same
   */
  public RejectedException(
      ErrorCode code, int serverCode, String serverMessage, String message, List<Long> ops) {
    this(code, serverCode, serverMessage, message, ops, List.of());
  }

  /**
   * @param ops ids of the operations that the command has become all the same
   * @param reasons what the server's words say of several replicas, a sentence for each
   */
  public RejectedException(
      ErrorCode code,
      int serverCode,
      String serverMessage,
      String message,
      List<Long> ops,
      List<String> reasons) {
    super(code, message, false, null);
    this.serverCode = serverCode;
    this.serverMessage = serverMessage;
    this.ops = List.copyOf(ops);
    this.reasons = List.copyOf(reasons);
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

  /**
   * Ids of the operations that the command has become: they failed, or go on and have only not come
   * to their end while the server waited. Empty when it became none.
   */
  public List<Long> ops() {
    return ops == null ? List.of() : ops;
  }

  /**
   * What the server's words say of several replicas, a sentence for each: why none can lead, for
   * example. Empty when they are about something else.
   */
  public List<String> reasons() {
    return reasons == null ? List.of() : reasons;
  }

  @Override
  public boolean isRetryable() {
    return false;
  }
}
