package io.holdfast.client.call;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.retry.RetryPolicy;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.rpc.RpcCaller;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;

/**
 * Carries a call through its attempts: asks the policy what to do and does it. Thread-safe.
 *
 * <p>The future it answers with fails with a {@link io.holdfast.client.HoldfastException} and with
 * nothing else. It completes by the deadline, give or take the time-out of the transport.
 */
public final class RetryingCaller {
  private final RpcCaller rpc;
  private final RetryPolicy policy;
  private final Clock clock;
  private final DelayTimer timer;
  private final DoubleSupplier jitter;

  /**
   * @param jitter a number in [0, 1) for each wait
   */
  public RetryingCaller(
      RpcCaller rpc, RetryPolicy policy, Clock clock, DelayTimer timer, DoubleSupplier jitter) {
    this.rpc = Objects.requireNonNull(rpc);
    this.policy = Objects.requireNonNull(policy);
    this.clock = Objects.requireNonNull(clock);
    this.timer = Objects.requireNonNull(timer);
    this.jitter = Objects.requireNonNull(jitter);
  }

  /**
   * Makes a call. Answers with a code other than 0 that are final come back as answers: their
   * meaning is the caller's business.
   *
   * @param destination where each attempt goes
   * @param response any instance of the method's output type
   * @param budget how long the call may take with all its attempts
   */
  public <R extends Message> CompletableFuture<R> call(
      Destination destination,
      MethodDescriptor method,
      R response,
      OperationKind kind,
      Duration budget) {
    Call<R> call =
        new Call<>(this, destination, method, response, kind, budget.toMillis(), clock.nanoTime());
    call.start();
    return call.result();
  }

  /** The same over another transport. */
  RetryingCaller over(RpcCaller other) {
    return new RetryingCaller(other, policy, clock, timer, jitter);
  }

  Clock clock() {
    return clock;
  }

  RpcCaller rpc() {
    return rpc;
  }

  RetryPolicy policy() {
    return policy;
  }

  DelayTimer timer() {
    return timer;
  }

  double nextJitter() {
    return jitter.getAsDouble();
  }

  long millisSince(long startNanos) {
    return (clock.nanoTime() - startNanos) / 1_000_000;
  }
}
