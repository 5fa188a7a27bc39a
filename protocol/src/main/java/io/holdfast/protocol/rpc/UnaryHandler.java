package io.holdfast.protocol.rpc;

/** Serves one method that answers. */
@FunctionalInterface
public interface UnaryHandler<Q> {
  /**
   * Called on an I/O thread, which serves other connections too: it must not block. The answer may
   * be given later and from any thread, but it must be given: an unanswered call counts against its
   * connection's bound for as long as the connection lives. An exception thrown here is logged and
   * answered as {@link RpcErrorCode#INTERNAL}.
   */
  void handle(Q request, RpcCall call);
}
