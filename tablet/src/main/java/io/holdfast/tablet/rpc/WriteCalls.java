package io.holdfast.tablet.rpc;

import com.google.protobuf.Message;
import io.holdfast.common.error.StatusCode;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.log.DeleteRowsOp;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.tablet.replication.ReplicaView;
import io.holdfast.tablet.replication.SessionLimits;
import io.holdfast.tablet.replication.WriteOutcome;
import io.holdfast.tablet.rpc.Hop.Arrived;
import io.holdfast.tablet.storage.ApplyResult;
import io.holdfast.tablet.storage.WriteOpCodec;
import io.holdfast.tablet.storage.WriteRefusedException;
import java.nio.ByteBuffer;

/** Puts and deletes. Answered when they are committed, or when it is certain that they are not. */
final class WriteCalls {
  private static final int IN_SYNC_RETRY_MILLIS = 200;

  /** Until other tablets have room, or it is known who they are. */
  private static final int ELSEWHERE_RETRY_MILLIS = 200;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final RepeatedPuts repeated = new RepeatedPuts();
  private final Hop hop;
  private final long maxQueuedBytes;
  private final Clock clock;
  private final SystemMemory systemMemory;

  WriteCalls(Hop hop, long maxQueuedBytes, Clock clock) {
    this.hop = hop;
    this.maxQueuedBytes = maxQueuedBytes;
    this.clock = clock;
    this.systemMemory = new SystemMemory(clock);
  }

  void put(PutRequest request, RpcCall call) {
    repeated.serve(request, call, first -> putOnce(request, first));
  }

  private void putOnce(PutRequest request, RpcCall call) {
    hop.to(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        PutResponse.getDefaultInstance(),
        arrived -> put(request, arrived));
  }

  /** A put that has arrived at its partition's loop. */
  void put(PutRequest request, Arrived arrived) throws RefusedException {
    Refusal refusal = memoryRefusal(arrived, request);
    if (refusal == null) {
      write(
          arrived,
          now -> arrived.store().codec().encode(timed(request, now), now),
          WriteNames.id(request.hasWriteName(), request.getWriteName()),
          WriteCalls::done);
    } else {
      arrived.refuse(refusal);
    }
  }

  /** Why the put itself does not want to be done; null when it does. */
  private Refusal memoryRefusal(Arrived arrived, PutRequest request) {
    // Whoever does not lead names the leader: what its machine has is of no interest.
    if (request.getMemoryLimit() > 0 && leads(arrived)) {
      int used = systemMemory.usedPercent();
      if (used > request.getMemoryLimit()) {
        return Refusal.of(
            StatusCode.MEMORY_LIMIT,
            used
                + " % of the machine's memory are in use, the put allows "
                + request.getMemoryLimit()
                + " % (insert_memory_usage_limit)");
      }
    }
    return null;
  }

  /**
   * Deletes.
   *
   * @param deleter of rows that have entries in several partitions
   */
  void delete(DeleteRequest request, RpcCall call, WholeRowDeleter deleter) {
    hop.to(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        GeneralResponse.getDefaultInstance(),
        arrived -> {
          WriteId id = WriteNames.id(request.hasWriteName(), request.getWriteName());
          if (isOverPartitions(request, arrived) && !isAnswered(arrived, id)) {
            deleteEverywhere(request, arrived, id, deleter);
          } else {
            write(
                arrived,
                now -> arrived.store().codec().encode(request, now),
                id,
                WriteCalls::deleted);
          }
        });
  }

  private static Message deleted(long version, int result) {
    return GeneralResponse.newBuilder().setCode(0).setMsg("ok").setVersion(version).build();
  }

  /** Whether rows that are deleted may have entries in other partitions. */
  private static boolean isOverPartitions(DeleteRequest request, Arrived arrived) {
    return request.getEnableDecodeValue()
        && arrived.store().table().partitions() > 1
        && arrived.store().schema().indexes().stream().filter(IndexDef::live).count() > 1;
  }

  private static boolean leads(Arrived arrived) {
    ReplicaView view = arrived.loop().host().view(arrived.partition());
    return view != null && view.isActive();
  }

  /** Whether the write was done under this name before: then it must not be done again. */
  private static boolean isAnswered(Arrived arrived, WriteId id) {
    return !id.equals(WriteId.NONE) && arrived.loop().host().knows(arrived.partition(), id);
  }

  private void deleteEverywhere(
      DeleteRequest request, Arrived arrived, WriteId id, WholeRowDeleter deleter)
      throws RefusedException {
    if (!leads(arrived)) {
      arrived.refuse(arrived.notLeading());
      return;
    }
    try {
      // Only to see whether it fits the table.
      byte[] unused = arrived.store().codec().encode(request, clock.currentTimeMillis());
    } catch (WriteRefusedException e) {
      arrived.refuse(new Refusal(e.code(), e.getMessage(), "", 0));
      return;
    }
    TableSchema schema = arrived.store().schema();
    for (IndexDef index : schema.indexes()) {
      if (index.live() && !index.filled()) {
        // Rows on their way to it could arrive after they were deleted.
        throw new RefusedException(StatusCode.INDEX_NOT_FILLED, index.name());
      }
    }
    TableSpec table = arrived.store().table();
    deleter.delete(
        new WholeRowDeleter.Task(
            arrived.partition(),
            table.db(),
            table.name(),
            table.partitions(),
            schema,
            arrived.store().alterations(),
            request),
        (version, failure) -> {
          if (failure != null) {
            Refusal refusal =
                failure.code() == StatusCode.OUTCOME_UNKNOWN
                    ? Refusal.of(failure.code(), failure.text())
                    : Refusal.repeat(failure.code(), failure.text(), ELSEWHERE_RETRY_MILLIS);
            arrived.call().reply(refusal.in(arrived.answerType()));
          } else if (id.equals(WriteId.NONE)) {
            arrived.call().reply(deleted(version, 0));
          } else {
            remember(arrived.partition(), id, arrived.call());
          }
        });
  }

  /** Makes the name known, so that the deletion is not done again when the request comes again. */
  private void remember(PartitionId partition, WriteId id, RpcCall call) {
    hop.to(
        partition,
        call,
        GeneralResponse.getDefaultInstance(),
        arrived ->
            write(
                arrived,
                now -> arrived.store().codec().encode(DeleteRowsOp.getDefaultInstance()),
                id,
                WriteCalls::deleted));
  }

  private static PutResponse done(long version, int result) {
    PutResponse.Builder answer =
        PutResponse.newBuilder().setCode(0).setMsg("ok").setVersion(version);
    if (result == ApplyResult.Outcome.IGNORED.code()) {
      answer.setIgnored(true);
    }
    return answer.build();
  }

  /** A put that names no time happens now. */
  private static PutRequest timed(PutRequest request, long nowMillis) {
    return request.hasTime() ? request : request.toBuilder().setTime(nowMillis).build();
  }

  private interface Encoder {
    byte[] encode(long nowMillis) throws WriteRefusedException;
  }

  private interface Success {
    Message answer(long version, int result);
  }

  private void write(Arrived arrived, Encoder encoder, WriteId id, Success success) {
    if (arrived.store().queuedBytes() > maxQueuedBytes) {
      arrived.refuse(
          Refusal.repeat(StatusCode.BUSY, "the disk has too much to do", Hop.SOON_MILLIS));
      return;
    }
    byte[] payload;
    try {
      payload = encoder.encode(clock.currentTimeMillis());
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
            id,
            payload,
            (outcome, offset, result) ->
                arrived.guard(
                    () -> {
                      if (outcome == WriteOutcome.OK) {
                        arrived.reply(success.answer(offset, result), NOTHING, offset);
                      } else if (outcome == WriteOutcome.SESSION_FORGOTTEN) {
                        arrived.call().reply(WriteNames.forgotten(arrived.answerType(), offset));
                      } else {
                        arrived.refuse(refusal(arrived, outcome));
                      }
                    }),
            arrived.loop().now());
  }

  /** Why a write was not done. */
  static Refusal refusal(Arrived arrived, WriteOutcome outcome) {
    return switch (outcome) {
      case NOT_LEADER -> Refusal.notLeader(arrived.knownLeader());
      case NOT_READY ->
          Refusal.repeat(StatusCode.NOT_READY, "the leader is not active yet", Hop.SOON_MILLIS);
      case HANDING_OVER ->
          Refusal.repeat(
              StatusCode.NOT_READY, "the leader hands over to another one", Hop.SOON_MILLIS);
      case BUSY ->
          Refusal.repeat(StatusCode.BUSY, "too many writes are under way", Hop.SOON_MILLIS);
      case TOO_FEW_REPLICAS ->
          Refusal.repeat(StatusCode.TOO_FEW_IN_SYNC, inSync(arrived), IN_SYNC_RETRY_MILLIS);
      case DISK_FULL ->
          Refusal.repeat(
              StatusCode.DISK_FULL,
              "nothing was written. Make room on the leader's disk, or drop tables; reads go on",
              IN_SYNC_RETRY_MILLIS);
      case MEMORY_FULL ->
          Refusal.repeat(
              StatusCode.MEMORY_FULL,
              "nothing was written. The rows of the leader's tablet take all the memory they may"
                  + " (max_memory_mb): drop or truncate tables, move partitions away, or delete"
                  + " rows of this one; reads go on",
              IN_SYNC_RETRY_MILLIS);
      case TOO_LARGE -> Refusal.of(StatusCode.TOO_LARGE, "");
      case NO_SUCH_PARTITION -> Refusal.of(StatusCode.TABLE_NOT_FOUND, "");
      case SEQ_TOO_OLD ->
          Refusal.of(
              StatusCode.SEQ_TOO_OLD,
              "its session has used a number that is "
                  + SessionLimits.WINDOW
                  + " higher or more; read back whether the write was done");
      case UNKNOWN ->
          Refusal.of(
              StatusCode.OUTCOME_UNKNOWN,
              "the leadership ended before the write was known to be committed; it may be done, or"
                  + " not");
      case OK, SESSION_FORGOTTEN ->
          throw new IllegalArgumentException(outcome + " has an answer of its own");
    };
  }

  private static String inSync(Arrived arrived) {
    ReplicaView view = arrived.loop().host().view(arrived.partition());
    int inSync = view == null || view.members() == null ? 0 : view.dataCopies();
    return inSync
        + " copies in sync, min_insync wants "
        + arrived.store().table().options().minInsync();
  }
}
