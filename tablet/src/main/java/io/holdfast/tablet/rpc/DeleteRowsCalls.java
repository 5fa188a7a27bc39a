package io.holdfast.tablet.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.log.DeleteRowsOp;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.protocol.openmldb.tablet.DeleteRowsRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.tablet.replication.WriteOutcome;
import io.holdfast.tablet.rpc.Hop.Arrived;
import io.holdfast.tablet.storage.WriteOpCodec;
import io.holdfast.tablet.storage.WriteRefusedException;
import java.nio.ByteBuffer;

/**
 * Rows that are to go from this partition because a delete has met them in another one. Whoever
 * gets no answer sends them again, which does no harm.
 */
final class DeleteRowsCalls {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Hop hop;
  private final long maxQueuedBytes;

  DeleteRowsCalls(Hop hop, long maxQueuedBytes) {
    this.hop = hop;
    this.maxQueuedBytes = maxQueuedBytes;
  }

  void deleteRows(DeleteRowsRequest request, RpcCall call) {
    hop.to(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        GeneralResponse.getDefaultInstance(),
        arrived -> deleteRows(request, arrived));
  }

  private void deleteRows(DeleteRowsRequest request, Arrived arrived) throws RefusedException {
    if (arrived.store().queuedBytes() > maxQueuedBytes) {
      arrived.refuse(
          Refusal.repeat(StatusCode.BUSY, "the disk has too much to do", Hop.SOON_MILLIS));
      return;
    }
    if (arrived.store().alterations() < request.getVersion()) {
      arrived.refuse(
          Refusal.repeat(StatusCode.NOT_READY, "the table is being altered here", Hop.SOON_MILLIS));
      return;
    }
    byte[] payload;
    try {
      payload = arrived.store().codec().encode(DeleteRowsOp.parseFrom(request.getRows()));
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(StatusCode.INVALID_PARAMETER, "the rows cannot be read");
    } catch (WriteRefusedException e) {
      int retryAfterMillis = e.code() == WriteOpCodec.NOT_READY ? Hop.SOON_MILLIS : 0;
      arrived.refuse(new Refusal(e.code(), e.getMessage(), "", retryAfterMillis));
      return;
    }
    arrived
        .loop()
        .host()
        .write(
            arrived.partition(),
            WriteId.NONE,
            payload,
            (outcome, offset, result) ->
                arrived.guard(
                    () -> {
                      if (outcome == WriteOutcome.OK) {
                        arrived.reply(
                            GeneralResponse.newBuilder()
                                .setCode(0)
                                .setMsg("ok")
                                .setVersion(offset)
                                .build(),
                            NOTHING,
                            offset);
                      } else {
                        arrived.refuse(WriteCalls.refusal(arrived, outcome));
                      }
                    }),
            arrived.loop().now());
  }
}
