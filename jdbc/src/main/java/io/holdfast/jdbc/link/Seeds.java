package io.holdfast.jdbc.link;

import com.google.protobuf.Descriptors.MethodDescriptor;
import io.holdfast.protocol.openmldb.nameserver.NameServerOuterClass;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.rpc.RpcCaller;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.protocol.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * The servers that the URL names. Each is a tablet or a nameserver, and which it is shows when it
 * is asked what only a nameserver knows. Thread-safe; never blocks.
 */
final class Seeds {
  /** What is known of a server. */
  enum Kind {
    NAMESERVER,
    TABLET,
    /** It has not answered yet. It may be either. */
    UNKNOWN
  }

  private static final MethodDescriptor SHOW_TABLET =
      NameServerOuterClass.getDescriptor()
          .findServiceByName("NameServer")
          .findMethodByName("ShowTablet");

  private final List<String> endpoints;
  private final RpcCaller rpc;
  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();

  Seeds(List<String> endpoints, RpcCaller rpc) {
    this.endpoints = List.copyOf(endpoints);
    this.rpc = rpc;
  }

  /**
   * Asks all that have not answered yet, at once.
   *
   * @return completes when one has answered, now or before, or when all have failed or run out of
   *     time
   */
  CompletableFuture<Void> probe(Duration timeout) {
    for (String endpoint : endpoints) {
      CompletableFuture<Void> mine = new CompletableFuture<>();
      if (kind(endpoint) == Kind.UNKNOWN && asked.putIfAbsent(endpoint, mine) == null) {
        ask(endpoint, timeout, mine);
      }
    }
    return until(this::anyAnswered);
  }

  private void ask(String endpoint, Duration timeout, CompletableFuture<Void> done) {
    var unused =
        rpc.call(
                endpoint,
                SHOW_TABLET,
                ShowTabletRequest.getDefaultInstance(),
                ShowTabletResponse.getDefaultInstance(),
                timeout)
            .whenComplete(
                (answer, failure) -> {
                  note(endpoint, failure);
                  asked.remove(endpoint);
                  done.complete(null);
                });
  }

  /**
   * Completes when a nameserver is known, or when nobody is being asked any more who may be one.
   */
  CompletableFuture<Void> nameServerFound() {
    return until(this::knowsNameServer);
  }

  private CompletableFuture<Void> until(BooleanSupplier known) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (CompletableFuture<Void> one : List.copyOf(asked.values())) {
      all.add(
          one.thenRun(
              () -> {
                if (known.getAsBoolean()) {
                  result.complete(null);
                }
              }));
    }
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
            .thenRun(() -> result.complete(null));
    if (known.getAsBoolean()) {
      result.complete(null);
    }
    return result;
  }

  private void note(String endpoint, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause == null) {
      kinds.put(endpoint, Kind.NAMESERVER);
    } else if (cause instanceof RpcException refusal
        && (refusal.remoteCode() == RpcErrorCode.NO_SERVICE
            || refusal.remoteCode() == RpcErrorCode.NO_METHOD)) {
      kinds.put(endpoint, Kind.TABLET);
    } else {
      failures.put(endpoint, String.valueOf(cause.getMessage()));
    }
  }

  private Kind kind(String endpoint) {
    return kinds.getOrDefault(endpoint, Kind.UNKNOWN);
  }

  /** Those that are tablets. */
  List<String> tablets() {
    return endpoints.stream().filter(endpoint -> kind(endpoint) == Kind.TABLET).toList();
  }

  /** Those that are nameservers, and then those that may be. */
  List<String> nameServers() {
    List<String> result = new ArrayList<>();
    endpoints.stream().filter(e -> kind(e) == Kind.NAMESERVER).forEach(result::add);
    endpoints.stream().filter(e -> kind(e) == Kind.UNKNOWN).forEach(result::add);
    return result;
  }

  /** Whether some server has answered. */
  boolean anyAnswered() {
    return !kinds.isEmpty();
  }

  /** Whether a nameserver has answered. */
  boolean knowsNameServer() {
    return kinds.containsValue(Kind.NAMESERVER);
  }

  /** Each server that has not answered, and why. */
  String failures() {
    return endpoints.stream()
        .filter(endpoint -> kind(endpoint) == Kind.UNKNOWN)
        .map(endpoint -> endpoint + ": " + failures.getOrDefault(endpoint, "no answer"))
        .collect(Collectors.joining("; "));
  }
}
