package io.holdfast.protocol.rpc;

import com.google.protobuf.Message;
import java.nio.ByteBuffer;

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
   * Fails the call as a call; failures that belong to the service go into its response message.
   *
   * @param code see {@link RpcErrorCode}; must not be 0
   */
  void fail(int code, String text);

  /** The raw bytes beside the request, read-only; empty when there are none. Safe to keep. */
  ByteBuffer attachment();

  /** The caller's {@code host:port}, for messages. */
  String remoteAddress();

  /** The connection that the call came on. */
  RpcConnection connection();
}
