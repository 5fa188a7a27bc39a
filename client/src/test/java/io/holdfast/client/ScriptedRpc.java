package io.holdfast.client;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.RpcCaller;
import io.holdfast.protocol.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A cluster that answers what it was told to. Rules are kept per endpoint and method, each used
 * once in order; the last one stays. What has no rule cannot be connected to.
 */
public final class ScriptedRpc implements RpcCaller {
  /** A call that was made. */
  public record Made(String endpoint, String method, Message request, Duration timeout) {}

  private final Map<String, Deque<Function<Message, CompletableFuture<Message>>>> rules =
      new HashMap<>();
  private final List<Made> calls = new ArrayList<>();

  public ScriptedRpc answer(String endpoint, String method, Message answer) {
    return rule(endpoint, method, request -> CompletableFuture.completedFuture(answer));
  }

  public ScriptedRpc compute(String endpoint, String method, Function<Message, Message> answer) {
    return rule(
        endpoint, method, request -> CompletableFuture.completedFuture(answer.apply(request)));
  }

  public ScriptedRpc fail(String endpoint, String method, RpcException.Kind kind, String words) {
    return rule(
        endpoint,
        method,
        request -> CompletableFuture.failedFuture(new RpcException(kind, endpoint, words)));
  }

  public ScriptedRpc rule(
      String endpoint, String method, Function<Message, CompletableFuture<Message>> rule) {
    rules.computeIfAbsent(endpoint + " " + method, key -> new ArrayDeque<>()).add(rule);
    return this;
  }

  public List<Made> calls() {
    return calls;
  }

  public List<String> endpointsOf(String method) {
    return calls.stream().filter(c -> c.method().equals(method)).map(Made::endpoint).toList();
  }

  @SuppressWarnings("unchecked")
  public <M extends Message> M lastRequest(String method) {
    List<Made> made = calls.stream().filter(c -> c.method().equals(method)).toList();
    return (M) made.get(made.size() - 1).request();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <R extends Message> CompletableFuture<R> call(
      String endpoint, MethodDescriptor method, Message request, R response, Duration timeout) {
    calls.add(new Made(endpoint, method.getName(), request, timeout));
    Deque<Function<Message, CompletableFuture<Message>>> mine =
        rules.get(endpoint + " " + method.getName());
    if (mine == null) {
      return CompletableFuture.failedFuture(
          new RpcException(RpcException.Kind.NOT_CONNECTED, endpoint, "refused the connection"));
    }
    Function<Message, CompletableFuture<Message>> rule =
        mine.size() > 1 ? mine.removeFirst() : mine.getFirst();
    return rule.apply(request).thenApply(answer -> (R) answer);
  }
}
