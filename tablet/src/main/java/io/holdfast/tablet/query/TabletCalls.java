package io.holdfast.tablet.query;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcReply;
import io.holdfast.protocol.rpc.ServiceDefinition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The other tablets over the network, and this one without it: the same requests either way. */
final class TabletCalls implements PartitionCalls {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final NodeId self;
  private final ServiceDefinition own;
  private final RpcClient client;

  /**
   * @param own this tablet's service
   */
  TabletCalls(NodeId self, ServiceDefinition own, RpcClient client) {
    this.self = self;
    this.own = own;
    this.client = client;
  }

  @Override
  public <R extends Message> CompletableFuture<RpcReply<R>> call(
      NodeId tablet, MethodDescriptor method, Message request, R answerType, Duration timeout) {
    if (tablet.equals(self)) {
      LocalCall<R> call = new LocalCall<>(answerType);
      own.call(method.getName(), request, call);
      return call.answer();
    }
    return client.callWithAttachment(
        tablet.endpoint(), method, request, NOTHING, answerType, timeout);
  }
}
