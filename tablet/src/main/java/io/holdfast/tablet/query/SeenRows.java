package io.holdfast.tablet.query;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.rpc.RpcReply;
import io.holdfast.tablet.query.RowDeletion.Source;
import io.holdfast.tablet.rpc.WholeRowDeleter.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Pages of the rows that a deletion is about. Each page is read when the rows of the one before are
 * gone, so it begins at the time of the last of them and passes over none.
 */
final class SeenRows {
  private static final int PAGE_ROWS = 500;
  private static final int PAGE_BYTES = 256 << 10;

  /** A row, and where it was found. */
  record Seen(ByteString key, long ts, ByteString value) {}

  /** Behind so many entries of a key and a time. */
  record Cursor(ByteString key, long ts, int seenAtTs) {}

  /**
   * Some of the rows.
   *
   * @param next where to go on; null when there are no more
   */
  record Page(List<Seen> rows, Cursor next) {}

  private final QueryParts parts;
  private final QueryLife life;
  private final Task task;
  private final long fromTs;
  private final long toTs;

  SeenRows(QueryParts parts, QueryLife life, Task task) {
    this.parts = parts;
    this.life = life;
    this.task = task;
    DeleteRequest request = task.request();
    this.toTs = request.hasTs() ? request.getTs() : Long.MAX_VALUE;
    // Unsigned on the wire: what is too large for a time is negative here, and no time is above it.
    this.fromTs =
        !request.hasEndTs() ? 1 : request.getEndTs() < 0 ? Long.MAX_VALUE : request.getEndTs() + 1;
  }

  /**
   * A page of them.
   *
   * @param after where to go on; null to begin
   */
  CompletableFuture<Page> page(TableRoute route, Source source, Cursor after) {
    if (toTs < Math.max(1, fromTs)) {
      return CompletableFuture.completedFuture(new Page(List.of(), null));
    }
    return source.key().isPresent()
        ? scan(route, source, source.key().get(), after)
        : traverse(route, source, after);
  }

  private CompletableFuture<Page> scan(
      TableRoute route, Source source, ByteString key, Cursor after) {
    ScanRequest.Builder scan =
        ScanRequest.newBuilder()
            .setTid(task.partition().tid())
            .setPid(task.partition().pid())
            .setIdxName(source.index().name())
            .setPkBytes(key)
            .setEt(fromTs - 1)
            .setLimit(PAGE_ROWS)
            .setMaxBytes(PAGE_BYTES)
            .setUseAttachment(true);
    if (after != null) {
      scan.setSt(after.ts());
    } else if (toTs != Long.MAX_VALUE) {
      scan.setSt(toTs);
    }
    return ask(
            route,
            new RoutedCall.Question<>(
                TableRows.SCAN, scan.build(), ScanResponse.getDefaultInstance()))
        .thenApplyAsync(reply -> scanned(key, reply), parts.worker());
  }

  private static Page scanned(ByteString key, RpcReply<ScanResponse> reply) {
    int count = reply.message().getCount();
    PairReader in = new PairReader(reply.attachment());
    List<Seen> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      in.nextOfScan();
      rows.add(new Seen(key, in.ts(), UnsafeByteOperations.unsafeWrap(in.value())));
    }
    boolean isMore = !reply.message().getIsFinish() || count == PAGE_ROWS;
    return new Page(
        rows, isMore && count > 0 ? new Cursor(key, rows.get(count - 1).ts(), 0) : null);
  }

  private CompletableFuture<Page> traverse(TableRoute route, Source source, Cursor after) {
    TraverseRequest.Builder traverse =
        TraverseRequest.newBuilder()
            .setTid(task.partition().tid())
            .setPid(task.partition().pid())
            .setIdxName(source.index().name())
            .setLimit(PAGE_ROWS)
            .setMaxBytes(PAGE_BYTES);
    if (after != null) {
      traverse.setPkBytes(after.key()).setTs(after.ts()).setTsPos(after.seenAtTs());
    }
    return ask(
            route,
            new RoutedCall.Question<>(
                TableRows.TRAVERSE, traverse.build(), TraverseResponse.getDefaultInstance()))
        .thenApplyAsync(reply -> traversed(reply.message()), parts.worker());
  }

  private Page traversed(TraverseResponse answer) {
    PairReader in = new PairReader(answer.getPairs().asReadOnlyByteBuffer());
    List<Seen> rows = new ArrayList<>();
    for (int i = 0; i < answer.getCount(); i++) {
      in.nextOfTraverse();
      if (fromTs <= in.ts() && in.ts() <= toTs) {
        rows.add(
            new Seen(
                UnsafeByteOperations.unsafeWrap(in.key()),
                in.ts(),
                UnsafeByteOperations.unsafeWrap(in.value())));
      }
    }
    if (answer.getIsFinish()) {
      return new Page(rows, null);
    }
    // Of a time that is deleted nothing will be left to be passed over.
    boolean isGone = fromTs <= answer.getTs() && answer.getTs() <= toTs;
    return new Page(
        rows, new Cursor(answer.getPkBytes(), answer.getTs(), isGone ? 0 : answer.getTsPos()));
  }

  private <R extends Message> CompletableFuture<RpcReply<R>> ask(
      TableRoute route, RoutedCall.Question<R> question) {
    return RoutedCall.ask(parts, life, route, task.partition().pid(), question);
  }
}
