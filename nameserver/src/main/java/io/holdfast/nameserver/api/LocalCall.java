package io.holdfast.nameserver.api;

import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcConnection;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A call of a service of this very process. */
final class LocalCall implements RpcCall {
  private final Consumer<Message> answer;
  private final BiConsumer<Integer, String> failure;

  /**
   * @param answer takes the answer, on the thread that gives it
   * @param failure takes the code and text of a call that failed
   */
  LocalCall(Consumer<Message> answer, BiConsumer<Integer, String> failure) {
    this.answer = answer;
    this.failure = failure;
  }

  @Override
  public void reply(Message response, ByteBuffer attachment) {
    answer.accept(response);
  }

  @Override
  public void fail(int code, String text) {
    failure.accept(code, text);
  }

  @Override
  public ByteBuffer attachment() {
    return ByteBuffer.allocate(0).asReadOnlyBuffer();
  }

  @Override
  public String remoteAddress() {
    return "/api";
  }

  @Override
  public RpcConnection connection() {
    throw new UnsupportedOperationException("no connection belongs to this call");
  }
}
