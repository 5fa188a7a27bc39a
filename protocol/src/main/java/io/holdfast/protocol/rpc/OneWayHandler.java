package io.holdfast.protocol.rpc;

/** Serves one method that never answers. */
@FunctionalInterface
public interface OneWayHandler<Q> {
  /**
   * Called on an I/O thread, which serves other connections too: it must not block. Messages of one
   * connection arrive in the order in which they were sent. An exception thrown here is logged and
   * the message is lost.
   */
  void handle(Q request, RpcConnection connection);
}
