package io.holdfast.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.holdfast.client.PartitionedWrite.Written;
import io.holdfast.client.call.PutFrames;
import io.holdfast.client.call.Refusals;
import io.holdfast.client.call.TabletCalls;
import io.holdfast.client.call.Waiting;
import io.holdfast.client.route.TableRoute;
import io.holdfast.client.row.EncodedRow;
import io.holdfast.client.row.IndexKey;
import io.holdfast.client.row.RowCodec;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Sends a table's writes to the leaders of their partitions. Thread-safe. */
final class TableWrites {
  private final TabletCalls calls;
  private final RowCodec codec;
  private final Clock clock;
  private final String database;
  private final String name;
  private final TableReads reads;

  /**
   * @param reads is told what was written
   */
  TableWrites(
      TabletCalls calls,
      RowCodec codec,
      Clock clock,
      String database,
      String name,
      TableReads reads) {
    this.calls = calls;
    this.codec = codec;
    this.clock = clock;
    this.database = database;
    this.name = name;
    this.reads = reads;
  }

  CompletableFuture<WriteResult> put(Row row, WriteOptions options) {
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

  CompletableFuture<BatchResult> putAll(List<Row> rows, WriteOptions options) {
    CompletableFuture<BatchResult> result = new CompletableFuture<>();
    PutFrames frames = calls.newFrames();
    TableWrites own = new TableWrites(calls.over(frames), codec, clock, database, name, reads);
    RowBatch batch = new RowBatch(rows, row -> own.put(row, options), frames, result);
    // First the route: were it learned while rows wait for it, each of them would go by itself.
    CompletableFuture<Void> ignored =
        calls
            .route(database, name)
            .thenAccept(route -> batch.start())
            .exceptionally(
                failure -> {
                  result.completeExceptionally(Waiting.asHoldfastException(failure));
                  return null;
                });
    return result;
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

  CompletableFuture<WriteResult> putEncoded(EncodedRow row, WriteOptions options) {
    return withRoute(route -> put(route, row, options));
  }

  CompletableFuture<WriteResult> putValue(String key, byte[] value, WriteOptions options) {
    return withRoute(
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
                  (named, at) -> (named == null ? request : request.setWriteName(named)).build(),
                  options)
              .thenApply(
                  written -> new WriteResult(Map.of(pid, written.version()), written.ignored()));
        });
  }

  CompletableFuture<WriteResult> delete(RowRange range, WriteOptions options) {
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

  private CompletableFuture<Written> delete(
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
              return new Written(version);
            });
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
  private CompletableFuture<Written> send(
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

  private CompletableFuture<Written> send(
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
              return new Written(version, answer.getIgnored());
            });
  }

  private <T> CompletableFuture<T> withRoute(Function<TableRoute, CompletableFuture<T>> work) {
    return calls.withRoute(database, name, work);
  }

  /** Which partition a key is in, for writes and reads alike. */
  int partition(TableRoute route, String key) {
    if (route.partitionCount() == 0) {
      throw Refusals.noTable(database, name);
    }
    return codec.partition(key, route.partitionCount());
  }

  private long time(WriteOptions options) {
    return options.timestampMillis() > 0 ? options.timestampMillis() : clock.currentTimeMillis();
  }
}
