package io.holdfast.tablet.query;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.rpc.RpcReply;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.query.RowCursor;
import io.holdfast.sql.query.RowPage;
import io.holdfast.sql.query.RowRequest;
import io.holdfast.sql.query.RowSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rows of one query, fetched from the leaders of their partitions with the calls that clients
 * use, too: so what a query reads is what they would read. Each page is by itself as new as the
 * table's way of reading promises; pages are not of one moment. Thread-safe.
 */
final class TableRows implements RowSource {
  private static final ServiceDescriptor SERVICE =
      Tablet.getDescriptor().findServiceByName("TabletServer");
  static final MethodDescriptor SCAN = SERVICE.findMethodByName("Scan");
  static final MethodDescriptor TRAVERSE = SERVICE.findMethodByName("Traverse");

  private static final int SCHEMA_VERSION_AT = 1;

  /** Behind so many entries of a time. */
  private record InKey(long ts, int seenAtTs) implements RowCursor {}

  /** Behind an entry of a partition. */
  private record InPartition(ByteString key, long ts, int seenAtTs) implements RowCursor {}

  private final QueryParts parts;
  private final QueryLife life;
  private final Map<Integer, TableRoute> routes = new ConcurrentHashMap<>();

  TableRows(QueryParts parts, QueryLife life) {
    this.parts = parts;
    this.life = life;
  }

  /** A table that the query is about. */
  void add(TableRoute route) {
    routes.put(route.view().tid(), route);
  }

  /** Completes on the worker. */
  @Override
  public CompletionStage<RowPage> rows(RowRequest request) {
    TableRoute route = routes.get(request.table().tid());
    if (route == null) {
      throw new IllegalArgumentException("the query is not about " + request.table());
    }
    // No entry has a time below 1.
    if (request.toTime() < Math.max(1, request.fromTime())) {
      return CompletableFuture.completedStage(new RowPage(List.of()));
    }
    return request.key().isPresent()
        ? scan(route, request, request.key().get())
        : traverse(route, request, false)
            .thenApplyAsync(answer -> traversed(request, answer), parts.worker());
  }

  /** Leaders answer with numbers; pages end where those with rows would. */
  @Override
  public CompletionStage<RowPage> counts(RowRequest request) {
    TableRoute route = routes.get(request.table().tid());
    if (route == null || request.key().isPresent() || !request.isAllTimes()) {
      return rows(request);
    }
    return traverse(route, request, true).thenApplyAsync(this::counted, parts.worker());
  }

  private RowPage counted(TraverseResponse answer) {
    life.count(answer.getCount());
    return RowPage.counted(answer.getCount(), next(answer));
  }

  // ---- one key

  private CompletionStage<RowPage> scan(TableRoute route, RowRequest request, String key) {
    InKey after = (InKey) request.after().orElse(null);
    ScanRequest.Builder scan =
        ScanRequest.newBuilder()
            .setTid(request.table().tid())
            .setPid(request.partition())
            .setIdxName(indexName(request))
            .setPk(key)
            // Zero is no bound.
            .setEt(Math.max(0, request.fromTime() - (request.fromTime() > 0 ? 1 : 0)))
            .setLimit(request.maxRows())
            .setMaxBytes(request.maxBytes())
            .setUseAttachment(true);
    if (after != null) {
      scan.setSt(after.ts()).setSkipRecordNum(after.seenAtTs()).setSkipAtStOnly(true);
    } else if (request.toTime() != Long.MAX_VALUE) {
      scan.setSt(request.toTime());
    }
    var question = new RoutedCall.Question<>(SCAN, scan.build(), ScanResponse.getDefaultInstance());
    return RoutedCall.ask(parts, life, route, request.partition(), question)
        .thenApplyAsync(reply -> scanned(request, after, reply), parts.worker());
  }

  private RowPage scanned(RowRequest request, InKey after, RpcReply<ScanResponse> reply) {
    int count = reply.message().getCount();
    PairReader in = new PairReader(reply.attachment());
    List<RowPage.Entry> entries = new ArrayList<>(count);
    long lastTs = after == null ? 0 : after.ts();
    int seenAtTs = after == null ? 0 : after.seenAtTs();
    for (int i = 0; i < count; i++) {
      in.nextOfScan();
      long ts = in.ts();
      entries.add(new RowPage.Entry(ts, checked(request.table(), in.value())));
      seenAtTs = ts == lastTs ? seenAtTs + 1 : 1;
      lastTs = ts;
    }
    life.count(count);
    // One that has as many as it was asked for says that it is finished; there may be more.
    boolean isMore = !reply.message().getIsFinish() || count == request.maxRows();
    return new RowPage(
        entries, isMore && count > 0 ? Optional.of(new InKey(lastTs, seenAtTs)) : Optional.empty());
  }

  // ---- all keys

  private CompletableFuture<TraverseResponse> traverse(
      TableRoute route, RowRequest request, boolean countOnly) {
    TraverseRequest.Builder traverse =
        TraverseRequest.newBuilder()
            .setTid(request.table().tid())
            .setPid(request.partition())
            .setIdxName(indexName(request))
            .setLimit(request.maxRows())
            .setMaxBytes(request.maxBytes())
            .setCountOnly(countOnly);
    if (request.after().isPresent()) {
      InPartition after = (InPartition) request.after().get();
      traverse.setPkBytes(after.key()).setTs(after.ts()).setTsPos(after.seenAtTs());
    }
    var question =
        new RoutedCall.Question<>(
            TRAVERSE, traverse.build(), TraverseResponse.getDefaultInstance());
    return RoutedCall.ask(parts, life, route, request.partition(), question)
        .thenApply(RpcReply::message);
  }

  private RowPage traversed(RowRequest request, TraverseResponse answer) {
    int count = answer.getCount();
    PairReader in = new PairReader(answer.getPairs().asReadOnlyByteBuffer());
    List<RowPage.Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      in.nextOfTraverse();
      long ts = in.ts();
      byte[] value = checked(request.table(), in.value());
      if (request.fromTime() <= ts && ts <= request.toTime()) {
        entries.add(new RowPage.Entry(ts, value));
      }
    }
    life.count(count);
    return new RowPage(entries, next(answer));
  }

  private static Optional<RowCursor> next(TraverseResponse answer) {
    return answer.getIsFinish()
        ? Optional.empty()
        : Optional.of(new InPartition(answer.getPkBytes(), answer.getTs(), answer.getTsPos()));
  }

  /** A row, which must be of a version that this tablet knows. */
  private static byte[] checked(TableView table, byte[] value) {
    int version = value.length > SCHEMA_VERSION_AT ? value[SCHEMA_VERSION_AT] & 0xff : 0;
    if (version > table.schema().version()) {
      throw new CompletionException(
          new QueryFailure(
              QueryFailure.Kind.TABLES_CHANGED,
              "table " + table + " has a column that this tablet has not heard of"));
    }
    return value;
  }

  private static String indexName(RowRequest request) {
    return request.table().schema().indexes().get(request.index()).name();
  }
}
