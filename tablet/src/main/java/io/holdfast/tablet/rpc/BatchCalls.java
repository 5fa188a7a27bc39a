package io.holdfast.tablet.rpc;

import com.google.protobuf.Message;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.batch.BatchLimits;
import io.holdfast.protocol.batch.PutBatchRequest;
import io.holdfast.protocol.batch.PutBatchResponse;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcConnection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntUnaryOperator;

/**
 * Puts that come in one frame. Those for one partition are brought to its loop as one task, so they
 * fall into one turn of it: one append for each follower, one piece for the disk. Otherwise each is
 * a put like any other, with an answer of its own.
 *
 * <p>The frame is answered when its last put is. So whoever sends puts for several partitions waits
 * for the slowest of them.
 */
final class BatchCalls {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Hop hop;
  private final WriteCalls writes;

  BatchCalls(Hop hop, WriteCalls writes) {
    this.hop = hop;
    this.writes = writes;
  }

  void put(PutBatchRequest request, RpcCall call) {
    int count = request.getPutsCount();
    if (count > BatchLimits.MOST_PUTS || request.getSerializedSize() > BatchLimits.MOST_BYTES) {
      call.reply(tooLarge(request));
      return;
    }
    if (count == 0) {
      call.reply(PutBatchResponse.newBuilder().setCode(0).build());
      return;
    }
    Answers answers = new Answers(call, count);
    byPartition(request)
        .forEach(
            (partition, positions) ->
                hop.to(
                    partition,
                    new PartCall(answers, positions.size(), positions::get),
                    PutResponse.getDefaultInstance(),
                    arrived -> {
                      for (int position : positions) {
                        PutRequest put = request.getPuts(position);
                        Hop.Arrived own = arrived.with(new PartCall(answers, 1, i -> position));
                        own.guard(() -> put(put, own));
                      }
                    }));
  }

  private void put(PutRequest put, Hop.Arrived arrived) throws RefusedException {
    if (!put.hasWriteName()) {
      // A frame without an answer is sent again, and a row without a name would be there twice.
      throw new RefusedException(
          StatusCode.INVALID_PARAMETER, "each put of a batch needs a write_name");
    }
    writes.put(put, arrived);
  }

  private static Map<PartitionId, List<Integer>> byPartition(PutBatchRequest request) {
    Map<PartitionId, List<Integer>> result = new LinkedHashMap<>();
    for (int i = 0; i < request.getPutsCount(); i++) {
      PutRequest put = request.getPuts(i);
      result
          .computeIfAbsent(new PartitionId(put.getTid(), put.getPid()), p -> new ArrayList<>())
          .add(i);
    }
    return result;
  }

  private static Message tooLarge(PutBatchRequest request) {
    return Refusal.of(
            StatusCode.BATCH_TOO_LARGE,
            request.getPutsCount()
                + " puts of "
                + request.getSerializedSize()
                + " bytes; at most "
                + BatchLimits.MOST_PUTS
                + " puts of "
                + BatchLimits.MOST_BYTES
                + " bytes may come together, send them in parts")
        .in(PutBatchResponse.getDefaultInstance());
  }

  /** The answers so far. Thread-safe: partitions have loops of their own. */
  private static final class Answers {
    final RpcCall call;
    private final AtomicReferenceArray<PutResponse> answers;
    private final AtomicInteger missing;

    Answers(RpcCall call, int count) {
      this.call = call;
      this.answers = new AtomicReferenceArray<>(count);
      this.missing = new AtomicInteger(count);
    }

    void answer(int position, PutResponse answer) {
      if (answers.compareAndSet(position, null, answer) && missing.decrementAndGet() == 0) {
        PutBatchResponse.Builder all = PutBatchResponse.newBuilder().setCode(0);
        for (int i = 0; i < answers.length(); i++) {
          all.addAnswers(answers.get(i));
        }
        call.reply(all.build());
      }
    }
  }

  /** The call as a put of the frame sees it, or all puts for a partition that cannot be asked. */
  private record PartCall(Answers answers, int count, IntUnaryOperator positions)
      implements RpcCall {
    @Override
    public void reply(Message response, ByteBuffer attachment) {
      for (int i = 0; i < count; i++) {
        answers.answer(positions.applyAsInt(i), (PutResponse) response);
      }
    }

    /** What a put had done until it failed is not known. */
    @Override
    public void fail(int code, String text) {
      reply(
          Refusal.of(StatusCode.OUTCOME_UNKNOWN, text).in(PutResponse.getDefaultInstance()),
          NOTHING);
    }

    @Override
    public ByteBuffer attachment() {
      return NOTHING;
    }

    @Override
    public String remoteAddress() {
      return answers.call.remoteAddress();
    }

    @Override
    public RpcConnection connection() {
      return answers.call.connection();
    }
  }
}
