package io.holdfast.protocol.rpc;

import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * One call that waits for its answer. It is answered exactly once; a second answer is logged and
 * ignored, and an answer to a connection that is gone is dropped. Thread-safe.
 */
public interface RpcCall {
  /** Answers. */
  default void reply(Message response) {
    reply(response, ByteBuffer.allocate(0));
  }

  /**
   * Answers with raw bytes beside the message. They are sent as they are, without a copy: do not
   * change them afterwards. The buffer's position is left alone. A caller that came over HTTP gets
   * the message only.
   */
  void reply(Message response, ByteBuffer attachment);

  /**
   * Puts a header line on the answer of a caller that came over HTTP; for others the value is not
   * even computed. To be called before the answer is given, by whoever gives it.
   */
  default void header(String name, Supplier<String> value) {}

  /**
   * Fails the call as a call; failures that belong to the service go into its response message.
   *
   * @param code see {@link RpcErrorCode}; must not be 0
   */
  void fail(int code, String text);

  /** The raw bytes beside the request, read-only; empty when there are none. Safe to keep. */
  ByteBuffer attachment();

  /** The caller's {@code host:port}, for messages. */
  String remoteAddress();

  /**
   * The number that the caller has given the call, unique among those of its that are under way; 0
   * when it has given none.
   */
  default long correlationId() {
    return 0;
  }

  /** The connection that the call came on. */
  RpcConnection connection();
}
