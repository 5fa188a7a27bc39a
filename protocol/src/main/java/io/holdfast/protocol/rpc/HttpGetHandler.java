package io.holdfast.protocol.rpc;

/** Serves a plain HTTP page, such as {@code /metrics}. */
@FunctionalInterface
public interface HttpGetHandler {
  /**
   * Called on an I/O thread: it must not block. An exception is logged and answered as status 500.
   *
   * @param query what follows the {@code ?} of the address, undecoded; empty when there is none
   */
  HttpAnswer get(String query);
}
