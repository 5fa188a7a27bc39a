package io.holdfast.protocol.rpc;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Calls a method of a server. Thread-safe; calls to one endpoint share one connection. */
public interface RpcCaller {
  /**
   * Sends a request and completes with its answer.
   *
   * <p>The future fails with an {@link RpcException} and with nothing else; its {@link
   * RpcException#kind()} says whether the request may have reached the server. A failed or late
   * call is never repeated here: only the caller knows whether that is safe.
   *
   * @param endpoint {@code host:port}
   * @param method from the generated service descriptor
   * @param request a message of the method's input type
   * @param response any instance of the method's output type
   * @param timeout until when an answer is of use; covers connecting, too
   */
  <R extends Message> CompletableFuture<R> call(
      String endpoint, MethodDescriptor method, Message request, R response, Duration timeout);
}
