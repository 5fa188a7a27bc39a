package io.holdfast.client.call;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import io.holdfast.client.ErrorCode;
import io.holdfast.client.discovery.DiscoveryException;
import io.holdfast.client.discovery.NameServerLocator;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.common.error.Causes;
import io.holdfast.protocol.openmldb.nameserver.NameServerOuterClass;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Calls the active nameserver, wherever that is. Thread-safe. */
public final class NameServerCalls {
  private static final ServiceDescriptor SERVICE =
      NameServerOuterClass.getDescriptor().findServiceByName("NameServer");

  private final RetryingCaller caller;
  private final NameServerLocator locator;
  private final Duration budget;

  /**
   * @param budget how long a call may take with all its attempts
   */
  public NameServerCalls(RetryingCaller caller, NameServerLocator locator, Duration budget) {
    this.caller = Objects.requireNonNull(caller);
    this.locator = Objects.requireNonNull(locator);
    this.budget = Objects.requireNonNull(budget);
  }

  /**
   * Makes a call; see {@link RetryingCaller#call}.
   *
   * @param method name of the method, such as {@code ShowTable}
   */
  public <R extends Message> CompletableFuture<R> call(
      String method, Message request, R response, OperationKind kind) {
    MethodDescriptor descriptor = SERVICE.findMethodByName(method);
    return caller.call(
        (refresh, leaderHint) -> choose(request, refresh, leaderHint),
        descriptor,
        response,
        kind,
        budget);
  }

  private CompletableFuture<Dispatch> choose(Message request, boolean refresh, String leaderHint) {
    if (!leaderHint.isEmpty()) {
      return CompletableFuture.completedFuture(new Dispatch(locator.dialled(leaderHint), request));
    }
    return locator
        .active(refresh)
        .handle(
            (endpoint, failure) -> {
              if (failure == null) {
                return new Dispatch(endpoint, request);
              }
              throw new CompletionException(noDestination(failure));
            });
  }

  private static NoDestinationException noDestination(Throwable failure) {
    Throwable cause = Causes.unwrapped(failure);
    boolean unreachable =
        cause instanceof DiscoveryException discovery
            && discovery.stage() == DiscoveryException.Stage.CONNECT;
    return NoDestinationException.now(
        unreachable ? ErrorCode.CLUSTER_UNREACHABLE : ErrorCode.UNAVAILABLE, cause.getMessage());
  }
}
