package io.holdfast.protocol.rpc;

/** One connection of a server, as its handlers see it. Thread-safe. */
public interface RpcConnection {
  /** The peer's {@code host:port}, for messages. */
  String remoteAddress();

  /**
   * Runs something once when the connection is gone, on an I/O thread; at once if it is gone
   * already.
   */
  void onClose(Runnable action);

  /** Drops the connection without waiting for calls in flight. Returns at once. */
  void close();

  /** What a handler has remembered here with {@link #attribute(Object)}; null at first. */
  Object attribute();

  /** Remembers something for the life of the connection. There is one slot. */
  void attribute(Object value);
}
