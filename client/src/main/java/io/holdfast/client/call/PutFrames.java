package io.holdfast.client.call;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.common.error.Causes;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.batch.BatchLimits;
import io.holdfast.protocol.batch.BatchProto;
import io.holdfast.protocol.batch.PutBatchRequest;
import io.holdfast.protocol.batch.PutBatchResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.rpc.RpcCaller;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.protocol.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The transport of one batch: puts to the same tablet go there in frames of many. To whoever calls,
 * each put is a call like any other, with its own answer and repetitions. Its time-out bounds how
 * long it waits to be sent; a frame on its way has the time of the put that has most left, and the
 * others that share it may be told that much after their own.
 *
 * <p>A put is sent at once, with what has gathered by then, unless {@link #gather} is going on or
 * enough frames are under way to its tablet; then it goes with the next one. So puts that are
 * repeated at the same time share frames again, and no timer is involved.
 *
 * <p>A frame is answered when its last put is. When one was not answered in time, further frames to
 * that tablet hold puts for one partition each, so that a partition that does not answer holds up
 * no others.
 *
 * <p>Calls of other methods, and of puts without a name, pass through. Thread-safe.
 */
public final class PutFrames implements RpcCaller {
  /** So that one frame is on its way while another one is written to disk. */
  private static final int MOST_UNDER_WAY = 2;

  /** Of the puts that are not on their way yet: rows may be large, and are here in encoded form. */
  private static final long MOST_WAITING_BYTES = 64L << 20;

  private static final MethodDescriptor PUTS =
      BatchProto.getDescriptor().findServiceByName("BatchService").findMethodByName("PutBatch");

  /** A put that waits for its frame or its answer. */
  private record Waiting(
      String endpoint,
      MethodDescriptor method,
      PutRequest put,
      long deadlineNanos,
      CompletableFuture<PutResponse> answer) {}

  /** Puts that may share frames. */
  private static final class Lane {
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private int underWay;
  }

  private final RpcCaller rpc;
  private final FrameSupport support;
  private final Clock clock;
  private final ConcurrentMap<String, Lane> lanes = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Boolean> apart = new ConcurrentHashMap<>();
  private final AtomicInteger gathering = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();

  PutFrames(RpcCaller rpc, FrameSupport support, Clock clock) {
    this.rpc = rpc;
    this.support = support;
    this.clock = clock;
  }

  /** Runs what starts puts; what has gathered is sent at its end. May be nested. */
  public void gather(Runnable work) {
    gathering.incrementAndGet();
    try {
      work.run();
    } finally {
      if (gathering.decrementAndGet() == 0) {
        lanes.values().forEach(this::send);
      }
    }
  }

  @Override
  @SuppressWarnings("unchecked") // the answer to a put is of the type that is asked for
  public <R extends Message> CompletableFuture<R> call(
      String endpoint, MethodDescriptor method, Message request, R response, Duration timeout) {
    boolean shares =
        request instanceof PutRequest put && put.hasWriteName() && support.hasFrames(endpoint);
    if (!shares) {
      return rpc.call(endpoint, method, request, response, timeout);
    }
    PutRequest put = (PutRequest) request;
    if (waitingBytes.addAndGet(put.getSerializedSize()) > MOST_WAITING_BYTES) {
      waitingBytes.addAndGet(-put.getSerializedSize());
      return CompletableFuture.failedFuture(
          new RpcException(
              RpcException.Kind.NOT_SENT, endpoint, "too many bytes of puts wait to be sent"));
    }
    CompletableFuture<PutResponse> answer = new CompletableFuture<>();
    Lane lane =
        add(new Waiting(endpoint, method, put, clock.nanoTime() + timeout.toNanos(), answer));
    // After it was added: whoever ends a gathering in between sends it.
    if (gathering.get() == 0) {
      send(lane);
    }
    return (CompletableFuture<R>) answer;
  }

  private Lane add(Waiting put) {
    Lane lane = lanes.computeIfAbsent(laneOf(put.endpoint, put.put), key -> new Lane());
    synchronized (lane) {
      lane.queue.add(put);
    }
    return lane;
  }

  private String laneOf(String endpoint, PutRequest put) {
    return apart.containsKey(endpoint)
        ? endpoint + " " + put.getTid() + "/" + put.getPid()
        : endpoint;
  }

  private void send(Lane lane) {
    while (true) {
      List<Waiting> frame = new ArrayList<>();
      List<Waiting> late = new ArrayList<>();
      synchronized (lane) {
        if (lane.underWay < MOST_UNDER_WAY) {
          fill(frame, late, lane.queue);
        }
        lane.underWay += frame.isEmpty() ? 0 : 1;
      }
      for (Waiting put : late) {
        put.answer.completeExceptionally(
            new RpcException(
                RpcException.Kind.NOT_SENT,
                put.endpoint,
                "the time was over before those before it were answered"));
      }
      if (frame.isEmpty()) {
        return;
      }
      send(lane, frame);
    }
  }

  private void fill(List<Waiting> frame, List<Waiting> late, Deque<Waiting> queue) {
    long now = clock.nanoTime();
    // What a frame adds to each put: a tag and its size.
    long bytes = 0;
    while (!queue.isEmpty() && frame.size() < BatchLimits.MOST_PUTS) {
      Waiting next = queue.peekFirst();
      boolean isLate = next.deadlineNanos - now <= 0;
      if (!isLate) {
        bytes += next.put.getSerializedSize() + 6;
        if (!frame.isEmpty() && bytes > BatchLimits.MOST_BYTES) {
          return;
        }
      }
      queue.removeFirst();
      waitingBytes.addAndGet(-next.put.getSerializedSize());
      (isLate ? late : frame).add(next);
    }
  }

  private void send(Lane lane, List<Waiting> frame) {
    String endpoint = frame.get(0).endpoint;
    if (frame.size() == 1) {
      Waiting only = frame.get(0);
      alone(only)
          .whenComplete(
              (answer, failure) -> gather(() -> ended(lane, () -> tell(only, answer, failure))));
      return;
    }
    if (!support.hasFrames(endpoint)) {
      // Found out while these waited.
      gather(() -> ended(lane, () -> frame.forEach(this::sendAlone)));
      return;
    }
    PutBatchRequest.Builder request = PutBatchRequest.newBuilder();
    frame.forEach(put -> request.addPuts(put.put));
    rpc.call(
            endpoint,
            PUTS,
            request.build(),
            PutBatchResponse.getDefaultInstance(),
            Duration.ofNanos(longest(frame)))
        .whenComplete(
            (answer, failure) ->
                gather(() -> ended(lane, () -> answered(lane, frame, answer, failure))));
  }

  private void ended(Lane lane, Runnable tellAll) {
    try {
      tellAll.run();
    } finally {
      synchronized (lane) {
        lane.underWay--;
      }
    }
  }

  private void answered(
      Lane lane, List<Waiting> frame, PutBatchResponse answer, Throwable failure) {
    String endpoint = frame.get(0).endpoint;
    Throwable cause = Causes.unwrapped(failure);
    if (cause != null) {
      if (isUnknownHere(cause)) {
        support.hasNone(endpoint);
        frame.forEach(this::sendAlone);
        return;
      }
      if (cause instanceof RpcException rpc && rpc.kind() == RpcException.Kind.OUTCOME_UNKNOWN) {
        goApart(endpoint, lane);
      }
      frame.forEach(put -> put.answer.completeExceptionally(cause));
    } else if (answer.getCode() != 0) {
      PutResponse refusal =
          PutResponse.newBuilder().setCode(answer.getCode()).setMsg(answer.getMsg()).build();
      frame.forEach(put -> put.answer.complete(refusal));
    } else if (answer.getAnswersCount() != frame.size()) {
      RpcException garbled =
          new RpcException(
              RpcException.Kind.OUTCOME_UNKNOWN,
              endpoint,
              answer.getAnswersCount() + " answers to " + frame.size() + " puts");
      frame.forEach(put -> put.answer.completeExceptionally(garbled));
    } else {
      for (int i = 0; i < frame.size(); i++) {
        frame.get(i).answer.complete(answer.getAnswers(i));
      }
    }
  }

  private void goApart(String endpoint, Lane lane) {
    apart.put(endpoint, true);
    List<Waiting> waiting;
    synchronized (lane) {
      waiting = List.copyOf(lane.queue);
      lane.queue.clear();
    }
    waiting.forEach(this::add);
  }

  private void sendAlone(Waiting put) {
    alone(put).whenComplete((answer, failure) -> tell(put, answer, failure));
  }

  private CompletableFuture<PutResponse> alone(Waiting put) {
    Duration left = Duration.ofNanos(Math.max(1, put.deadlineNanos - clock.nanoTime()));
    return rpc.call(put.endpoint, put.method, put.put, PutResponse.getDefaultInstance(), left);
  }

  private static void tell(Waiting put, PutResponse answer, Throwable failure) {
    if (failure == null) {
      put.answer.complete(answer);
    } else {
      put.answer.completeExceptionally(failure);
    }
  }

  private long longest(List<Waiting> frame) {
    long now = clock.nanoTime();
    long longest = 1;
    for (Waiting put : frame) {
      longest = Math.max(longest, put.deadlineNanos - now);
    }
    return longest;
  }

  private static boolean isUnknownHere(Throwable cause) {
    return cause instanceof RpcException refusal
        && (refusal.remoteCode() == RpcErrorCode.NO_SERVICE
            || refusal.remoteCode() == RpcErrorCode.NO_METHOD);
  }
}
