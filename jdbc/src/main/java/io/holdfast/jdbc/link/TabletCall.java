package io.holdfast.jdbc.link;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.RpcCaller;
import io.holdfast.protocol.rpc.RpcClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A call with raw bytes beside the messages: it sends the same with each attempt, and keeps those
 * of the answer. For one call, whose attempts follow one another.
 */
final class TabletCall implements RpcCaller {
  private final RpcClient rpc;
  private final ByteBuffer sent;
  private volatile ByteBuffer received = ByteBuffer.allocate(0);

  TabletCall(RpcClient rpc, byte[] sent) {
    this.rpc = rpc;
    this.sent = ByteBuffer.wrap(sent);
  }

  @Override
  public <R extends Message> CompletableFuture<R> call(
      String endpoint, MethodDescriptor method, Message request, R response, Duration timeout) {
    return rpc.callWithAttachment(endpoint, method, request, sent, response, timeout)
        .thenApply(
            reply -> {
              received = reply.attachment();
              return reply.message();
            });
  }

  /** What came with the answer. */
  ByteBuffer received() {
    return received;
  }
}
