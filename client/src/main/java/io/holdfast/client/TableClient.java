package io.holdfast.client;

import com.google.protobuf.ByteString;
import io.holdfast.client.call.Answer;
import io.holdfast.client.call.Refusals;
import io.holdfast.client.call.TabletCalls;
import io.holdfast.client.call.Waiting;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.route.TableRoute;
import io.holdfast.client.row.EncodedRow;
import io.holdfast.client.row.RowCodec;
import io.holdfast.client.row.RowPairs;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.batch.BatchLimits;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.ChecksumRequest;
import io.holdfast.protocol.openmldb.tablet.ChecksumResponse;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.GetType;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

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
  private final TableWrites writes;
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
    this.writes = new TableWrites(calls, codec, clock, database, name, reads);
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
    return writes.put(row, options);
  }

  /** As {@link #putAll(List, WriteOptions)}, at the time of now. */
  public BatchResult putAll(List<Row> rows) {
    return putAll(rows, WriteOptions.DEFAULT);
  }

  /**
   * Puts many rows with few messages: those for one tablet go there in frames of up to {@value
   * BatchLimits#MOST_PUTS}, and are written to its disk and sent to its followers together. Rows of
   * several partitions are no matter.
   *
   * <p>Each row is put for itself, as {@link #put(Row, WriteOptions)} would: it has its own
   * outcome, its own repetitions under its own name, so that it is there once, and the request
   * time-out from when it is begun. Nothing is promised of all rows together: readers may see some
   * of them before others, in any order, and some may be written when others fail. Only so many
   * rows are under way at a time as there is use in; a batch of any size is fine. When so many in a
   * row have used up their time in vain no further ones are begun: their {@link
   * UnavailableException} says "not sent". So while the cluster is away this takes a few request
   * time-outs, whatever the size of the batch.
   *
   * @param options of every row
   * @return one outcome a row; failures of rows are in there, and are not thrown
   * @throws HoldfastException when the table does not exist or cannot be found; no row was written
   */
  public BatchResult putAll(List<Row> rows, WriteOptions options) {
    return Waiting.on(putAllAsync(rows, options));
  }

  /**
   * As {@link #putAll(List, WriteOptions)}. When the future is cancelled no further rows are begun;
   * those that are under way may be written.
   */
  public CompletableFuture<BatchResult> putAllAsync(List<Row> rows, WriteOptions options) {
    return writes.putAll(rows, options);
  }

  /** Puts a row that is already in the table's binary form. */
  public WriteResult putEncoded(EncodedRow row, WriteOptions options) {
    return Waiting.on(putEncodedAsync(row, options));
  }

  public CompletableFuture<WriteResult> putEncodedAsync(EncodedRow row, WriteOptions options) {
    return writes.putEncoded(row, options);
  }

  /** Puts an opaque value into a table without columns. */
  public WriteResult putValue(String key, byte[] value, WriteOptions options) {
    return Waiting.on(writes.putValue(key, value, options));
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
    return scanAsync(key, st, 0, et, limit, options);
  }

  /**
   * @param skip how many of the rows whose time is {@code st} are left out
   */
  private CompletableFuture<ScanResult> scanAsync(
      ReadKey key, long st, int skip, long et, int limit, ReadOptions options) {
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
          if (skip > 0) {
            request.setSkipRecordNum(skip).setSkipAtStOnly(true);
          }
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

  /**
   * All rows of a key from newest to oldest, however many there are, page by page.
   *
   * @param st newest time, inclusive; 0 for no bound
   * @param et oldest time, exclusive; 0 for no bound
   */
  public RowWalk walk(ReadKey key, long st, long et) {
    RowWalk.Pages pages =
        (rows, options) ->
            from -> {
              boolean isAbove = st != 0 && Long.compareUnsigned(from.ts(), st) > 0;
              boolean begins = from.ts() == 0 || isAbove;
              if (!begins && et != 0 && Long.compareUnsigned(from.ts(), et) <= 0) {
                return CompletableFuture.completedFuture(new RowPage(from, List.of(), null));
              }
              int seen = begins ? 0 : from.seenAtTs();
              return scanAsync(key, begins ? st : from.ts(), seen, et, rows, options)
                  .thenApply(page -> RowPage.ofKey(from, page, rows));
            };
    return new RowWalk(pages, RowWalk.PAGE_ROWS, reads.defaults(), RowCursor.startOf(key));
  }

  /** All rows of the table, partition by partition and in each in the tablet's order. */
  public RowWalk walk() {
    RowWalk.Pages pages =
        (rows, options) ->
            from ->
                withRoute(
                    route -> {
                      if (from.partition() >= route.partitionCount()) {
                        throw RejectedException.invalidArgument(
                            "table " + name + " has no partition " + from.partition());
                      }
                      TraversePage.Cursor place =
                          new TraversePage.Cursor(from.key(), from.ts(), from.seenAtTs());
                      int partitions = route.partitionCount();
                      return traverseAsync(from.partition(), place, rows, options)
                          .thenApply(page -> RowPage.ofTable(from, page, partitions));
                    });
    return new RowWalk(pages, RowWalk.PAGE_ROWS, reads.defaults(), RowCursor.startOf(0));
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
    return writes.delete(range, options);
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
    return calls.withRoute(database, name, work);
  }

  private int partition(TableRoute route, String key) {
    return writes.partition(route, key);
  }
}
