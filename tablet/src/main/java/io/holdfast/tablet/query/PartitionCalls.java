package io.holdfast.tablet.query;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.rpc.RpcReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks a tablet, which may be this one, about one of its partitions. Thread-safe. */
@FunctionalInterface
interface PartitionCalls {
  /**
   * Sends a request once; never blocks.
   *
   * @return completed on any thread, which must not be held up: it may own partitions or sockets
   */
  <R extends Message> CompletableFuture<RpcReply<R>> call(
      NodeId tablet, MethodDescriptor method, Message request, R answerType, Duration timeout);
}
