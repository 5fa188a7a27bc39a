package io.holdfast.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.holdfast.client.call.Answer;
import io.holdfast.client.call.Refusals;
import io.holdfast.client.call.TabletCalls;
import io.holdfast.client.call.Waiting;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.route.TableRoute;
import io.holdfast.client.row.EncodedRow;
import io.holdfast.client.row.IndexKey;
import io.holdfast.client.row.RowCodec;
import io.holdfast.client.row.RowPairs;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.ChecksumRequest;
import io.holdfast.protocol.openmldb.tablet.ChecksumResponse;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.GetType;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Reads and writes one table.
 *
 * <p>Thread-safe. Each operation has a variant that blocks and one that answers with a future. Both
 * end by the client's request time-out and fail with a {@link HoldfastException} and with nothing
 * else. Who answers reads follows from their {@link ReadOptions}; without any, from those of the
 * client. Times are milliseconds since the epoch.
 */
public final class TableClient {
  private final TabletCalls calls;
  private final TableReads reads;
  private final RowCodec codec;
  private final Clock clock;
  private final String database;
  private final String name;

  TableClient(
      TabletCalls calls,
      RowCodec codec,
      Clock clock,
      String database,
      String name,
      ReadOptions defaults,
      Bookmark bookmark) {
    this.calls = Objects.requireNonNull(calls);
    this.reads = new TableReads(calls, name, defaults, bookmark);
    this.codec = codec;
    this.clock = clock;
    this.database = database;
    this.name = name;
  }

  /** The same table, whose reads are made so unless they say otherwise. */
  public TableClient withReads(ReadOptions options) {
    return new TableClient(calls, codec, clock, database, name, options, reads.bookmark());
  }

  /**
   * The same table for somebody with a bookmark of their own: their session reads see at least what
   * it has seen, and it sees what they read and write.
   */
  public TableClient withBookmark(Bookmark bookmark) {
    return new TableClient(
        calls, codec, clock, database, name, reads.defaults(), Objects.requireNonNull(bookmark));
  }

  /**
   * The same table with another bound on the time that an operation may take with all its attempts.
   * Learning where a table is still takes as long as the client's own bound at most.
   */
  public TableClient withRequestTimeout(Duration timeout) {
    return new TableClient(
        calls.withBudget(timeout),
        codec,
        clock,
        database,
        name,
        reads.defaults(),
        reads.bookmark());
  }

  /** What was read and written through this; the client's own unless it was given one. */
  public Bookmark bookmark() {
    return reads.bookmark();
  }

  /** The table's description, from memory if it is there. */
  public TableInfo describe() {
    return Waiting.on(calls.route(database, name)).table();
  }

  public CompletableFuture<TableInfo> describeAsync() {
    return withRoute(route -> CompletableFuture.completedFuture(route.table()));
  }

  /** The table's description as the nameserver gives it now. */
  public CompletableFuture<TableInfo> describeAnewAsync() {
    return withRoute(ignored -> calls.reload(database, name).thenApply(TableRoute::table));
  }

  /**
   * Who leads a partition, as far as that is known; may be out of date. Never waits: empty while
   * nothing is known of the table, which is then asked for so that it is known another time, and
   * while there is no leader.
   */
  public Optional<String> knownLeader(int partition) {
    CompletableFuture<TableRoute> route = calls.route(database, name);
    if (!route.isDone() || route.isCompletedExceptionally()) {
      return Optional.empty();
    }
    TableRoute known = route.join();
    return partition < known.partitionCount() ? known.leader(partition) : Optional.empty();
  }

  public WriteResult put(Row row) {
    return put(row, WriteOptions.DEFAULT);
  }

  /**
   * Puts a row. Values of columns that were added to the table last may be missing: who does not
   * know these columns goes on as before, and they are NULL. If the leader goes away before it
   * answers, the row is sent again under the same name until the request time-out, and is there
   * once. A row whose keys fall into several partitions is written to each of them; when that
   * succeeds in some only, this fails with {@link OutcomeUnknownException}.
   */
  public WriteResult put(Row row, WriteOptions options) {
    return Waiting.on(putAsync(row, options));
  }

  public CompletableFuture<WriteResult> putAsync(Row row, WriteOptions options) {
    return withRoute(
        route -> {
          int values = row.values().size();
          if (values <= columns(route.table())) {
            return put(route, encoded(route, row), options);
          }
          // The caller may have heard of a column that was added since the route was learned.
          return calls
              .reload(database, name)
              .thenCompose(newer -> put(newer, encoded(newer, row), options));
        });
  }

  private static int columns(TableInfo table) {
    return table.getColumnDescCount() + table.getAddedColumnDescCount();
  }

  private EncodedRow encoded(TableRoute route, Row row) {
    try {
      return codec.encode(route.table(), row.values());
    } catch (IllegalArgumentException e) {
      throw RejectedException.invalidArgument(e.getMessage());
    }
  }

  /** Puts a row that is already in the table's binary form. */
  public WriteResult putEncoded(EncodedRow row, WriteOptions options) {
    return Waiting.on(putEncodedAsync(row, options));
  }

  public CompletableFuture<WriteResult> putEncodedAsync(EncodedRow row, WriteOptions options) {
    return withRoute(route -> put(route, row, options));
  }

  /** Puts an opaque value into a table without columns. */
  public WriteResult putValue(String key, byte[] value, WriteOptions options) {
    return Waiting.on(
        withRoute(
            route -> {
              int pid = partition(route, key);
              PutRequest.Builder request =
                  PutRequest.newBuilder()
                      .setTid(route.tid())
                      .setPid(pid)
                      .setPk(key)
                      .setTime(time(options))
                      .setValue(ByteString.copyFrom(value));
              return send(
                      route,
                      pid,
                      (named, at) ->
                          (named == null ? request : request.setWriteName(named)).build(),
                      options)
                  .thenApply(version -> new WriteResult(Map.of(pid, version)));
            }));
  }

  /**
   * The row of a key at a time.
   *
   * @param ts exact time; 0 for the newest row
   */
  public GetResult get(String key, long ts) {
    return get(ReadKey.of(key), ts);
  }

  public GetResult get(ReadKey key, long ts) {
    return Waiting.on(getAsync(key, ts));
  }

  public GetResult get(ReadKey key, long ts, ReadOptions options) {
    return Waiting.on(getAsync(key, ts, options));
  }

  public CompletableFuture<GetResult> getAsync(ReadKey key, long ts) {
    return getAsync(key, ts, reads.defaults());
  }

  public CompletableFuture<GetResult> getAsync(ReadKey key, long ts, ReadOptions options) {
    return withRoute(
        route -> {
          int pid = partition(route, key.key());
          GetRequest.Builder request =
              GetRequest.newBuilder()
                  .setTid(route.tid())
                  .setPid(pid)
                  .setKey(key.key())
                  .setTs(ts)
                  .setType(GetType.kSubKeyEq);
          if (!key.index().isEmpty()) {
            request.setIdxName(key.index());
          }
          return reads
              .read(route, pid, "Get", request.build(), GetResponse.getDefaultInstance(), options)
              .thenApply(this::getResult);
        });
  }

  /**
   * Rows of a key from newest to oldest.
   *
   * @param st newest time, inclusive; 0 for no bound
   * @param et oldest time, exclusive; 0 for no bound
   * @param limit most rows to answer; 0 for no bound
   */
  public ScanResult scan(String key, long st, long et, int limit) {
    return scan(ReadKey.of(key), st, et, limit);
  }

  public ScanResult scan(ReadKey key, long st, long et, int limit) {
    return Waiting.on(scanAsync(key, st, et, limit));
  }

  public ScanResult scan(ReadKey key, long st, long et, int limit, ReadOptions options) {
    return Waiting.on(scanAsync(key, st, et, limit, options));
  }

  public CompletableFuture<ScanResult> scanAsync(ReadKey key, long st, long et, int limit) {
    return scanAsync(key, st, et, limit, reads.defaults());
  }

  public CompletableFuture<ScanResult> scanAsync(
      ReadKey key, long st, long et, int limit, ReadOptions options) {
    return withRoute(
        route -> {
          int pid = partition(route, key.key());
          ScanRequest.Builder request =
              ScanRequest.newBuilder()
                  .setTid(route.tid())
                  .setPid(pid)
                  .setPk(key.key())
                  .setSt(st)
                  .setEt(et)
                  .setLimit(limit);
          if (!key.index().isEmpty()) {
            request.setIdxName(key.index());
          }
          return reads
              .read(route, pid, "Scan", request.build(), ScanResponse.getDefaultInstance(), options)
              .thenApply(
                  answer -> {
                    Refusals.checked(answer, "scan of " + name);
                    return new ScanResult(
                        entries(answer.getPairs(), false),
                        answer.getIsFinish(),
                        answer.getVersion());
                  });
        });
  }

  /** How many rows a key has. */
  public CountResult count(String key) {
    return count(ReadKey.of(key), false);
  }

  /**
   * How many rows a key has.
   *
   * @param filterExpired whether rows past their time to live are left out; slower
   */
  public CountResult count(ReadKey key, boolean filterExpired) {
    return Waiting.on(countAsync(key, filterExpired));
  }

  public CountResult count(ReadKey key, boolean filterExpired, ReadOptions options) {
    return Waiting.on(countAsync(key, filterExpired, options));
  }

  public CompletableFuture<CountResult> countAsync(ReadKey key, boolean filterExpired) {
    return countAsync(key, filterExpired, reads.defaults());
  }

  public CompletableFuture<CountResult> countAsync(
      ReadKey key, boolean filterExpired, ReadOptions options) {
    return withRoute(
        route -> {
          int pid = partition(route, key.key());
          CountRequest.Builder request =
              CountRequest.newBuilder()
                  .setTid(route.tid())
                  .setPid(pid)
                  .setKey(key.key())
                  .setFilterExpiredData(filterExpired);
          if (!key.index().isEmpty()) {
            request.setIdxName(key.index());
          }
          return reads
              .read(
                  route, pid, "Count", request.build(), CountResponse.getDefaultInstance(), options)
              .thenApply(
                  answer -> {
                    Refusals.checked(answer, "count in " + name);
                    return new CountResult(
                        Integer.toUnsignedLong(answer.getCount()), answer.getVersion());
                  });
        });
  }

  /** Deletes all rows of a key. */
  public WriteResult delete(String key) {
    return delete(ReadKey.of(key), WriteOptions.DEFAULT);
  }

  public WriteResult delete(ReadKey key, WriteOptions options) {
    return Waiting.on(deleteAsync(key, options));
  }

  public CompletableFuture<WriteResult> deleteAsync(ReadKey key, WriteOptions options) {
    return deleteAsync(RowRange.of(key), options);
  }

  /** Deletes the rows of a range. See {@link #deleteAsync(RowRange, WriteOptions)}. */
  public WriteResult delete(RowRange range, WriteOptions options) {
    return Waiting.on(deleteAsync(range, options));
  }

  /**
   * Deletes the rows of a range. Without a key every partition is told; when that succeeds in some
   * only, this fails with {@link OutcomeUnknownException}. Doing it again does no harm then.
   */
  public CompletableFuture<WriteResult> deleteAsync(RowRange range, WriteOptions options) {
    return withRoute(
        route -> {
          List<Integer> pids =
              range.key().isPresent()
                  ? List.of(partition(route, range.key().get().key()))
                  : IntStream.range(0, route.partitionCount()).boxed().toList();
          PartitionedWrite write = new PartitionedWrite("delete in " + name + " was done in");
          pids.forEach(pid -> write.add(pid, delete(route, pid, range, options)));
          return write.ended().thenApply(ended -> write.result());
        });
  }

  private CompletableFuture<Long> delete(
      TableRoute route, int pid, RowRange range, WriteOptions options) {
    DeleteRequest.Builder request = DeleteRequest.newBuilder().setTid(route.tid()).setPid(pid);
    range
        .key()
        .ifPresent(
            key -> {
              request.setKey(key.key());
              if (!key.index().isEmpty()) {
                request.setIdxName(key.index());
              }
            });
    if (!range.tsColumn().isEmpty()) {
      request.setTsName(range.tsColumn());
    }
    range.newest().ifPresent(request::setTs);
    range.after().ifPresent(request::setEndTs);
    return calls
        .write(
            route,
            pid,
            "Delete",
            (named, at) -> (named == null ? request : request.setWriteName(named)).build(),
            GeneralResponse.getDefaultInstance(),
            options.repeatable())
        .thenApply(
            answer -> {
              long version = Refusals.checked(answer, "delete in " + name).getVersion();
              reads.seen(route, pid, version);
              return version;
            });
  }

  /** How many partitions the table has: those that {@link #traverse} may walk. */
  public int partitionCount() {
    return Waiting.on(calls.route(database, name)).partitionCount();
  }

  /**
   * A page of all rows of a partition.
   *
   * @param from {@link TraversePage.Cursor#START}, or where the last page ended
   * @param limit most rows to answer, from 1
   */
  public TraversePage traverse(int pid, TraversePage.Cursor from, int limit) {
    return Waiting.on(traverseAsync(pid, from, limit));
  }

  public TraversePage traverse(int pid, TraversePage.Cursor from, int limit, ReadOptions options) {
    return Waiting.on(traverseAsync(pid, from, limit, options));
  }

  public CompletableFuture<TraversePage> traverseAsync(
      int pid, TraversePage.Cursor from, int limit) {
    return traverseAsync(pid, from, limit, reads.defaults());
  }

  public CompletableFuture<TraversePage> traverseAsync(
      int pid, TraversePage.Cursor from, int limit, ReadOptions options) {
    return withRoute(
        route -> {
          TraverseRequest.Builder request =
              TraverseRequest.newBuilder().setTid(route.tid()).setPid(pid).setLimit(limit);
          if (!from.equals(TraversePage.Cursor.START)) {
            request.setPk(from.key()).setTs(from.ts()).setTsPos(from.tsPosition());
          }
          return reads
              .read(
                  route,
                  pid,
                  "Traverse",
                  request.build(),
                  TraverseResponse.getDefaultInstance(),
                  options)
              .thenApply(
                  answer -> {
                    Refusals.checked(answer, "traverse of " + name);
                    return new TraversePage(
                        entries(answer.getPairs(), true),
                        new TraversePage.Cursor(answer.getPk(), answer.getTs(), answer.getTsPos()),
                        answer.getIsFinish(),
                        answer.getVersion());
                  });
        });
  }

  /**
   * A number over everything that one replica of a partition holds, for comparing replicas.
   *
   * @param endpoint of the tablet that holds it
   */
  public ReplicaChecksum checksum(int pid, String endpoint) {
    return Waiting.on(
        withRoute(
            route ->
                calls
                    .callReplica(
                        endpoint,
                        "Checksum",
                        ChecksumRequest.newBuilder().setTid(route.tid()).setPid(pid).build(),
                        ChecksumResponse.getDefaultInstance())
                    .thenApply(
                        answer -> {
                          Refusals.checked(answer, "checksum of " + name);
                          return new ReplicaChecksum(
                              answer.getVersion(), answer.getChecksum(), answer.getRows());
                        })));
  }

  /**
   * The values of a row that a read answered with, one per column; null also for a column that was
   * added after the row was put. When the row has a column that this client has not heard of, it
   * asks for the table's description, and blocks as {@link #describe} may.
   */
  public List<Object> decode(byte[] row) {
    try {
      TableInfo table = describe();
      // Twice: the first answer may be to a question that was under way before the column was
      // added.
      for (int asked = 0; asked < 2 && codec.isOfLaterSchema(table, row); asked++) {
        table = Waiting.on(calls.reload(database, name)).table();
      }
      return codec.decode(table, row);
    } catch (IllegalArgumentException e) {
      throw RejectedException.invalidArgument(e.getMessage());
    }
  }

  private CompletableFuture<WriteResult> put(
      TableRoute route, EncodedRow row, WriteOptions options) {
    if (row.keys().isEmpty()) {
      throw RejectedException.invalidArgument("the row has no key");
    }
    PutRequest.Builder request =
        PutRequest.newBuilder()
            .setTid(route.tid())
            .setTime(time(options))
            .setValue(ByteString.copyFrom(row.bytes()))
            .setFormatVersion(1);
    if (options.ifAbsent()) {
      request.setPutIfAbsent(true);
    }
    List<IndexKey> keys = new ArrayList<>(row.keys());
    if (row.indexes() < indexes(route)) {
      // It was encoded before an index was added.
      keys.addAll(codec.keysFrom(route.table(), row.bytes(), row.indexes()));
    }
    return put(
        route,
        new PartitionedWrite("row of " + name + " was written to"),
        keys,
        request.build(),
        options);
  }

  /** Sends a row under keys, and then under those of indexes that turn out to have been added. */
  private CompletableFuture<WriteResult> put(
      TableRoute route,
      PartitionedWrite write,
      List<IndexKey> keys,
      PutRequest row,
      WriteOptions options) {
    AtomicReference<TableRoute> newest = new AtomicReference<>(route);
    PartitionedWrite.byPartition(keys, key -> partition(route, key))
        .forEach(
            (pid, own) -> {
              PutRequest.Builder request = row.toBuilder().setPid(pid);
              for (IndexKey key : own) {
                request.addDimensions(Dimension.newBuilder().setKey(key.key()).setIdx(key.index()));
              }
              write.add(pid, send(route, pid, request, options, newest));
            });
    return write
        .ended()
        .thenCompose(
            ended -> {
              int known = indexes(route);
              TableRoute now = newest.get();
              if (!write.isDone() || indexes(now) == known) {
                return CompletableFuture.completedFuture(write.result());
              }
              // A leader was told that these are known; only now they are sent.
              List<IndexKey> more =
                  codec.keysFrom(now.table(), row.getValue().toByteArray(), known);
              return put(now, write.rest(), more, row, options);
            });
  }

  /** How many indexes a table is known to have, deleted ones included. */
  private static int indexes(TableRoute route) {
    return route.table().getColumnKeyCount();
  }

  /**
   * @param newest the route of the table with the most indexes that was told to a leader
   */
  private CompletableFuture<Long> send(
      TableRoute route,
      int pid,
      PutRequest.Builder request,
      WriteOptions options,
      AtomicReference<TableRoute> newest) {
    return send(
        route,
        pid,
        (named, at) -> {
          newest.accumulateAndGet(at, (a, b) -> indexes(b) > indexes(a) ? b : a);
          request.setKnownIndexes(indexes(at));
          return (named == null ? request : request.setWriteName(named)).build();
        },
        options);
  }

  private CompletableFuture<Long> send(
      TableRoute route,
      int pid,
      BiFunction<WriteName, TableRoute, Message> request,
      WriteOptions options) {
    return calls
        .write(route, pid, "Put", request, PutResponse.getDefaultInstance(), options.repeatable())
        .thenApply(
            answer -> {
              long version = Refusals.checked(answer, "put to " + name).getVersion();
              reads.seen(route, pid, version);
              return version;
            });
  }

  private GetResult getResult(GetResponse answer) {
    if (Answer.code(answer) == AnswerCode.KEY_NOT_FOUND) {
      return new GetResult(false, 0, new byte[0], answer.getVersion());
    }
    Refusals.checked(answer, "get from " + name);
    return new GetResult(
        true, answer.getTs(), answer.getValue().toByteArray(), answer.getVersion());
  }

  private List<RowPairs.Entry> entries(ByteString pairs, boolean withKeys) {
    try {
      return withKeys
          ? RowPairs.readTraverse(pairs.asReadOnlyByteBuffer())
          : RowPairs.readScan(pairs.asReadOnlyByteBuffer());
    } catch (IllegalArgumentException e) {
      throw new RejectedException(
          ErrorCode.REJECTED, 0, e.getMessage(), "answer of a tablet: " + e.getMessage());
    }
  }

  private <T> CompletableFuture<T> withRoute(Function<TableRoute, CompletableFuture<T>> work) {
    return calls
        .route(database, name)
        .thenCompose(work)
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(Waiting.asHoldfastException(failure)));
  }

  private int partition(TableRoute route, String key) {
    if (route.partitionCount() == 0) {
      throw Refusals.noTable(database, name);
    }
    return codec.partition(key, route.partitionCount());
  }

  private long time(WriteOptions options) {
    return options.timestampMillis() > 0 ? options.timestampMillis() : clock.currentTimeMillis();
  }
}
