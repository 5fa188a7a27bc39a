package io.holdfast.shell;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.RpcCaller;
import io.holdfast.protocol.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Servers that answer each method with what they were told, one after the other, and the last one
 * again and again; without that, nobody is there.
 */
final class FakeCluster implements RpcCaller {
  private final Map<String, ArrayDeque<Message>> answers = new HashMap<>();
  private final Map<String, Message> requests = new HashMap<>();
  private final List<String> methods = new ArrayList<>();
  private RpcException.Kind failure = RpcException.Kind.NOT_CONNECTED;

  FakeCluster on(String method, Message... inTurn) {
    answers.put(method, new ArrayDeque<>(List.of(inTurn)));
    return this;
  }

  FakeCluster otherwise(RpcException.Kind kind) {
    failure = kind;
    return this;
  }

  @SuppressWarnings("unchecked")
  <M extends Message> M request(String method) {
    return (M) requests.get(method);
  }

  List<String> methods() {
    return methods;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <R extends Message> CompletableFuture<R> call(
      String endpoint, MethodDescriptor method, Message request, R response, Duration timeout) {
    methods.add(method.getName());
    requests.put(method.getName(), request);
    ArrayDeque<Message> left = answers.get(method.getName());
    if (left == null) {
      return CompletableFuture.failedFuture(
          new RpcException(failure, endpoint, "refused the connection"));
    }
    Message answer = left.size() > 1 ? left.poll() : left.peek();
    return CompletableFuture.completedFuture((R) answer);
  }
}
