package io.holdfast.tablet.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.common.error.StatusCode;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.partition.DiskReplicaStore;
import io.holdfast.tablet.storage.Entry;
import io.holdfast.tablet.storage.ReadLimits;
import io.holdfast.tablet.storage.ScanResult;
import io.holdfast.tablet.storage.ScanSkip;
import io.holdfast.tablet.storage.StorageEngine;
import io.holdfast.tablet.storage.TimeRange;
import io.holdfast.tablet.storage.TraverseCursor;
import io.holdfast.tablet.storage.TraverseResult;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Evaluates reads on a partition's rows as they are, without asking whether they may be shown. Each
 * takes the age of the rows in milliseconds, for the answer; {@link #NO_AGE} leaves it out.
 */
final class Queries {
  static final long NO_AGE = -1;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ReadSettings settings;
  private final Clock clock;

  Queries(ReadSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** A message, and raw bytes beside it. */
  record Answer(Message message, ByteBuffer attachment) {
    Answer(Message message) {
      this(message, NOTHING);
    }
  }

  Answer get(GetRequest request, DiskReplicaStore store, long ageMillis) throws RefusedException {
    refuseOptions(request.getProjectionCount(), request.getPidGroupList(), request.getPid());
    StorageEngine engine = store.engine();
    IndexDef index = index(store.schema(), request.getIdxName());
    Optional<Entry> found =
        engine.get(
            index.position(),
            request.getKeyBytes().toByteArray(),
            TimeRange.of(request.getTs(), request.getType(), request.getEt(), request.getEtType()),
            clock.currentTimeMillis());
    GetResponse.Builder answer = GetResponse.newBuilder().setVersion(engine.appliedOffset());
    if (ageMillis >= 0) {
      answer.setAgeMillis(ageMillis);
    }
    if (found.isEmpty()) {
      StatusCode code = StatusCode.KEY_NOT_FOUND;
      return new Answer(answer.setCode(code.number()).setMsg(code.words()).build());
    }
    Entry entry = found.get();
    return new Answer(
        answer
            .setCode(0)
            .setMsg("ok")
            .setKeyBytes(request.getKeyBytes())
            .setTs(entry.ts())
            // The engine never changes a row, so it need not be copied.
            .setValue(UnsafeByteOperations.unsafeWrap(entry.value()))
            .build());
  }

  Answer scan(ScanRequest request, DiskReplicaStore store, long ageMillis) throws RefusedException {
    refuseOptions(request.getProjectionCount(), request.getPidGroupList(), request.getPid());
    if (request.getEnableRemoveTs()) {
      throw new RefusedException(StatusCode.NOT_SUPPORTED, "enable_remove_ts");
    }
    // As unsigned numbers, which is what they are on the wire.
    if (request.getSt() != 0 && Long.compareUnsigned(request.getSt(), request.getEt()) < 0) {
      throw new RefusedException(StatusCode.RANGE_REVERSED, "");
    }
    StorageEngine engine = store.engine();
    int limit = Math.max(0, request.getLimit());
    ScanResult found =
        engine.scan(
            index(store.schema(), request.getIdxName()).position(),
            request.getPkBytes().toByteArray(),
            TimeRange.ofScan(request.getSt(), request.getEt()),
            skip(request),
            request.getEnableRemoveDuplicatedRecord(),
            limits(limit, request.getMaxBytes()),
            clock.currentTimeMillis());
    int count = found.entries().size();
    // Whoever asked for so many has them all; only our own bounds leave a scan unfinished.
    boolean finished = !found.cut() || (limit > 0 && count == limit);
    ByteBuffer pairs = RowPairs.ofScan(found.entries());
    ScanResponse.Builder answer =
        ScanResponse.newBuilder()
            .setCode(0)
            .setMsg("ok")
            .setCount(count)
            .setBufSize(pairs.remaining())
            .setIsFinish(finished)
            .setVersion(engine.appliedOffset());
    if (ageMillis >= 0) {
      answer.setAgeMillis(ageMillis);
    }
    return request.getUseAttachment()
        ? new Answer(answer.build(), pairs)
        : new Answer(answer.setPairs(wrap(pairs)).build());
  }

  private static ScanSkip skip(ScanRequest request) {
    int count = Math.max(0, request.getSkipRecordNum());
    return request.getSkipAtStOnly() ? ScanSkip.at(request.getSt(), count) : ScanSkip.any(count);
  }

  Answer count(CountRequest request, DiskReplicaStore store, long ageMillis)
      throws RefusedException {
    StorageEngine engine = store.engine();
    long count =
        engine.count(
            index(store.schema(), request.getIdxName()).position(),
            request.getKeyBytes().toByteArray(),
            TimeRange.of(
                request.getSt(), request.getStType(), request.getEt(), request.getEtType()),
            request.getEnableRemoveDuplicatedRecord(),
            request.getFilterExpiredData() ? clock.currentTimeMillis() : StorageEngine.NO_EXPIRY);
    CountResponse.Builder answer =
        CountResponse.newBuilder()
            .setCode(0)
            .setMsg("ok")
            .setCount((int) Math.min(count, Integer.MAX_VALUE))
            .setVersion(engine.appliedOffset());
    if (ageMillis >= 0) {
      answer.setAgeMillis(ageMillis);
    }
    return new Answer(answer.build());
  }

  Answer traverse(TraverseRequest request, DiskReplicaStore store, long ageMillis)
      throws RefusedException {
    StorageEngine engine = store.engine();
    TraverseResult found =
        engine.traverse(
            index(store.schema(), request.getIdxName()).position(),
            cursor(request),
            request.getEnableRemoveDuplicatedRecord(),
            limits(Math.max(0, request.getLimit()), request.getMaxBytes()),
            clock.currentTimeMillis());
    TraverseResponse.Builder answer =
        TraverseResponse.newBuilder()
            .setCode(0)
            .setMsg("ok")
            .setCount(found.entries().size())
            .setIsFinish(found.next().isEmpty())
            .setVersion(engine.appliedOffset());
    if (!request.getCountOnly()) {
      answer.setPairs(wrap(RowPairs.ofTraverse(found.entries())));
    }
    if (ageMillis >= 0) {
      answer.setAgeMillis(ageMillis);
    }
    found
        .next()
        .ifPresent(
            next ->
                answer
                    .setPkBytes(ByteString.copyFrom(next.key()))
                    .setTs(next.ts())
                    .setTsPos(next.seenAtTs()));
    return new Answer(answer.build());
  }

  private static TraverseCursor cursor(TraverseRequest request) {
    if (request.getPkBytes().isEmpty()) {
      return null;
    }
    byte[] key = request.getPkBytes().toByteArray();
    if (request.getSkipCurrentPk()) {
      return TraverseCursor.afterKey(key);
    }
    // A caller that does not say how many of one time it has seen has seen them all.
    int seen = request.hasTsPos() ? Math.max(0, request.getTsPos()) : Integer.MAX_VALUE;
    return new TraverseCursor(key, request.getTs(), seen);
  }

  private ReadLimits limits(int wantedRows, int wantedBytes) {
    return new ReadLimits(
        atMost(wantedRows, settings.maxRows()), atMost(wantedBytes, settings.maxBytes()));
  }

  /** Zero is as many as there may be, and so is a number that is too large for the sign. */
  private static int atMost(int wanted, int most) {
    return wanted <= 0 ? most : Math.min(wanted, most);
  }

  private static IndexDef index(TableSchema schema, String name) throws RefusedException {
    if (name.isEmpty()) {
      return schema.firstIndex();
    }
    Optional<IndexDef> index = schema.index(name);
    if (index.isEmpty()) {
      throw new RefusedException(StatusCode.INDEX_NOT_FOUND, name);
    }
    if (!index.get().filled()) {
      throw new RefusedException(StatusCode.INDEX_NOT_FILLED, name);
    }
    return index.get();
  }

  /** What changes the meaning of an answer must not be passed over in silence. */
  private static void refuseOptions(int projection, List<Integer> pidGroup, int pid)
      throws RefusedException {
    if (projection > 0) {
      throw new RefusedException(StatusCode.NOT_SUPPORTED, "projection");
    }
    if (!pidGroup.isEmpty() && !pidGroup.equals(List.of(pid))) {
      throw new RefusedException(StatusCode.NOT_SUPPORTED, "pid_group");
    }
  }

  private static ByteString wrap(ByteBuffer pairs) {
    return UnsafeByteOperations.unsafeWrap(pairs);
  }
}
