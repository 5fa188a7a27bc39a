package io.holdfast.tablet.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.protocol.openmldb.tablet.FillIndexRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.tablet.replication.WriteOutcome;
import io.holdfast.tablet.rpc.Hop.Arrived;
import io.holdfast.tablet.storage.WriteRefusedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that an added index is to find, sent by the leader of the partition that has them. Each gets
 * a record of its own; the answer comes when all are committed. Whoever gets none sends them again,
 * which does no harm.
 */
final class FillCalls {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Hop hop;
  private final long maxQueuedBytes;

  FillCalls(Hop hop, long maxQueuedBytes) {
    this.hop = hop;
    this.maxQueuedBytes = maxQueuedBytes;
  }

  void fill(FillIndexRequest request, RpcCall call) {
    hop.to(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        GeneralResponse.getDefaultInstance(),
        arrived -> fill(request, arrived));
  }

  private void fill(FillIndexRequest request, Arrived arrived) throws RefusedException {
    if (arrived.store().queuedBytes() > maxQueuedBytes) {
      arrived.refuse(
          Refusal.repeat(StatusCode.BUSY, "the disk has too much to do", Hop.SOON_MILLIS));
      return;
    }
    if (arrived.store().alterations() < request.getVersion()) {
      arrived.refuse(
          Refusal.repeat(StatusCode.NOT_READY, "the index is not there yet", Hop.SOON_MILLIS));
      return;
    }
    List<byte[]> payloads = payloads(request, arrived);
    Unanswered unanswered = new Unanswered(arrived, payloads.size());
    for (byte[] payload : payloads) {
      arrived
          .loop()
          .host()
          .write(
              arrived.partition(),
              WriteId.NONE,
              payload,
              (outcome, offset, result) -> arrived.guard(() -> unanswered.done(outcome)),
              arrived.loop().now());
    }
    unanswered.allAsked();
  }

  /** All of them or none: what cannot be in the log is found before anything is. */
  private static List<byte[]> payloads(FillIndexRequest request, Arrived arrived)
      throws RefusedException {
    List<byte[]> payloads = new ArrayList<>(request.getFillsCount());
    try {
      for (ByteString fill : request.getFillsList()) {
        FillOp op = FillOp.parseFrom(fill);
        if (!isOver(op, arrived)) {
          payloads.add(arrived.store().codec().encode(op));
        }
      }
      return payloads;
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(StatusCode.INVALID_PARAMETER, "a fill cannot be read");
    } catch (WriteRefusedException e) {
      throw new RefusedException(StatusCode.INVALID_PARAMETER, e.getMessage());
    }
  }

  /**
   * Whether nothing is to be filled any more. When the index was deleted, its sender hears of it a
   * little later. When it is filled, all of its rows have arrived: this one is late, and may have
   * been deleted since.
   */
  private static boolean isOver(FillOp op, Arrived arrived) {
    TableSchema schema = arrived.store().engine().schema();
    int position = op.getKey().getIndex();
    boolean isDeleted = arrived.store().engine().alterations().deleted().contains(position);
    return isDeleted || schema.index(position).map(IndexDef::filled).orElse(false);
  }

  /** Counts what is still to be committed. */
  private static final class Unanswered {
    private final Arrived arrived;
    private int left;
    private WriteOutcome failure;

    /** One is for {@link #allAsked}: some may be answered before all are asked. */
    Unanswered(Arrived arrived, int count) {
      this.arrived = arrived;
      this.left = count + 1;
    }

    void allAsked() {
      done(WriteOutcome.OK);
    }

    void done(WriteOutcome outcome) {
      left--;
      failure = outcome == WriteOutcome.OK ? failure : outcome;
      if (left > 0) {
        return;
      }
      if (failure == null) {
        GeneralResponse.Builder answer = GeneralResponse.newBuilder().setCode(0).setMsg("ok");
        arrived.reply(answer.build(), NOTHING, arrived.version());
      } else {
        arrived.refuse(WriteCalls.refusal(arrived, failure));
      }
    }
  }
}
