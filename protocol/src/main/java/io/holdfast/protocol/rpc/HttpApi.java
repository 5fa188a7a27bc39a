package io.holdfast.protocol.rpc;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** Serves everything below one path over HTTP. */
@FunctionalInterface
public interface HttpApi {
  /**
   * One request.
   *
   * @param method for example {@code GET}
   * @param path undecoded and without the query
   * @param query what follows the {@code ?}, undecoded; empty when there is none
   * @param body empty when there is none; not changed afterwards
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, never compared
  record Request(String method, String path, String query, byte[] body) {}

  /**
   * Called on an I/O thread: it must not block. An exception is logged and answered as status 500.
   *
   * @param answer takes what makes the answer, once, at any time and on any thread; the answer is
   *     made on the I/O thread, so that the thread that knows it need not write it out
   */
  void serve(Request request, Consumer<Supplier<HttpAnswer>> answer);
}
