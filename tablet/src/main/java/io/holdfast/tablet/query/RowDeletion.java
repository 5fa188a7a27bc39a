package io.holdfast.tablet.query;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.common.error.Causes;
import io.holdfast.protocol.log.DeleteRowsOp;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.SeenRow;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.DeleteRowsRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.query.SeenRows.Seen;
import io.holdfast.tablet.rpc.WholeRowDeleter.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Deletes what a request says, with the entries that the rows have in other partitions. Goes
 * through the rows a page at a time: first they go from the other partitions, then from this one.
 * Were it the other way round, whoever repeats a deletion that was broken off would not find the
 * rows any more by which the other entries are found.
 *
 * <p>What is deleted are the rows that were read, and not whatever has the key by then: a row that
 * is put meanwhile keeps all of its entries.
 */
final class RowDeletion {
  private static final MethodDescriptor DELETE_ROWS =
      Tablet.getDescriptor().findServiceByName("TabletServer").findMethodByName("DeleteRows");

  /** A row goes to each partition that it has entries in; several large ones go separately. */
  private static final int PART_BYTES = 1 << 20;

  /** Where rows are found that are to be deleted; all keys of the partition without a key. */
  record Source(IndexDef index, Optional<ByteString> key) {}

  private final QueryParts parts;
  private final QueryLife life;
  private final Task task;
  private final SeenRows rows;
  private final ArrayDeque<Source> sources = new ArrayDeque<>();
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private TableRoute route;
  private long offset;

  RowDeletion(QueryParts parts, QueryLife life, Task task) {
    this.parts = parts;
    this.life = life;
    this.task = task;
    this.rows = new SeenRows(parts, life, task);
    sources.addAll(sources(task.schema(), task.request()));
  }

  private static List<Source> sources(TableSchema schema, DeleteRequest request) {
    List<Source> sources = new ArrayList<>();
    for (Dimension dimension : request.getDimensionsList()) {
      sources.add(
          new Source(
              schema.indexes().get(dimension.getIdx()), Optional.of(dimension.getKeyBytes())));
    }
    if (!sources.isEmpty()) {
      return sources;
    }
    Optional<ByteString> key = Optional.of(request.getKeyBytes()).filter(bytes -> !bytes.isEmpty());
    if (key.isPresent() || !request.getIdxName().isEmpty()) {
      IndexDef index =
          request.getIdxName().isEmpty()
              ? schema.firstIndex()
              : schema.index(request.getIdxName()).orElseThrow();
      return List.of(new Source(index, key));
    }
    for (IndexDef index : schema.indexes()) {
      boolean isMeant =
          request.getTsName().isEmpty()
              || (index.hasTsColumn()
                  && schema.columns().get(index.tsColumn()).name().equals(request.getTsName()));
      if (index.live() && isMeant) {
        sources.add(new Source(index, Optional.empty()));
      }
    }
    return sources;
  }

  /** The offset of the last record of it in the partition; fails with a {@link QueryFailure}. */
  CompletableFuture<Long> run() {
    var unused =
        parts
            .catalog()
            .current()
            .thenCompose(
                tables ->
                    tables.find(task.db(), task.table()) == null
                        ? parts.catalog().refreshed()
                        : CompletableFuture.completedStage(tables))
            .thenAcceptAsync(
                tables -> {
                  route = tables.find(task.db(), task.table());
                  if (route == null || route.view().tid() != task.partition().tid()) {
                    throw new CompletionException(
                        new QueryFailure(
                            QueryFailure.Kind.NOT_BEGUN,
                            "it is not known yet who leads the other partitions"));
                  }
                  next();
                },
                parts.worker())
            .exceptionally(this::fail);
    return done;
  }

  private Void fail(Throwable failure) {
    done.completeExceptionally(Causes.unwrapped(failure));
    return null;
  }

  private void next() {
    Source source = sources.poll();
    if (source == null) {
      done.complete(offset);
    } else {
      page(source, null);
    }
  }

  private void page(Source source, SeenRows.Cursor after) {
    var unused =
        rows.page(route, source, after)
            .thenCompose(page -> delete(source, page).thenApply(deleted -> page))
            .thenAcceptAsync(
                page -> {
                  if (page.next() == null) {
                    next();
                  } else {
                    page(source, page.next());
                  }
                },
                parts.worker())
            .exceptionally(this::fail);
  }

  private CompletableFuture<Void> delete(Source source, SeenRows.Page page) {
    Map<Integer, List<SeenRow>> others = new TreeMap<>();
    List<SeenRow> own = new ArrayList<>();
    for (Seen seen : page.rows()) {
      own.add(row(source.index(), seen.key().toByteArray(), seen.value()).setTs(seen.ts()).build());
      elsewhere(source, seen, others);
    }
    List<CompletableFuture<Long>> asked = new ArrayList<>();
    others.forEach((pid, gone) -> asked.addAll(send(pid, gone)));
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenCompose(
            all -> {
              List<CompletableFuture<Long>> last = send(task.partition().pid(), own);
              return CompletableFuture.allOf(last.toArray(CompletableFuture[]::new))
                  .thenRun(
                      () -> last.forEach(version -> offset = Math.max(offset, version.join())));
            });
  }

  /** The entries that a row has in other partitions. */
  private void elsewhere(Source source, Seen seen, Map<Integer, List<SeenRow>> others) {
    RowView view;
    try {
      view = RowView.of(task.schema(), seen.value().asReadOnlyByteBuffer());
    } catch (RowFormatException e) {
      throw new CompletionException(
          new QueryFailure(QueryFailure.Kind.FINAL, "a row cannot be read: " + e.getMessage()));
    }
    for (IndexDef index : task.schema().indexes()) {
      if (!index.live() || index.position() == source.index().position()) {
        continue;
      }
      byte[] key = KeyCodec.key(task.schema(), index, view);
      int pid = PartitionHash.partition(key, task.partitions());
      if (pid != task.partition().pid()) {
        SeenRow.Builder row = row(index, key, seen.value());
        if (!index.hasTsColumn() && !source.index().hasTsColumn()) {
          row.setTs(seen.ts());
        }
        others.computeIfAbsent(pid, none -> new ArrayList<>()).add(row.build());
      }
    }
  }

  private static SeenRow.Builder row(IndexDef index, byte[] key, ByteString value) {
    return SeenRow.newBuilder()
        .setKey(
            IndexKey.newBuilder()
                .setIndex(index.position())
                .setKey(UnsafeByteOperations.unsafeWrap(key)))
        .setValue(value);
  }

  private List<CompletableFuture<Long>> send(int pid, List<SeenRow> gone) {
    List<CompletableFuture<Long>> sent = new ArrayList<>();
    DeleteRowsOp.Builder op = DeleteRowsOp.newBuilder();
    long bytes = 0;
    for (SeenRow row : gone) {
      if (bytes > 0 && bytes + row.getSerializedSize() > PART_BYTES) {
        sent.add(send(pid, op.build()));
        op.clear();
        bytes = 0;
      }
      op.addRows(row);
      bytes += row.getSerializedSize();
    }
    if (bytes > 0) {
      sent.add(send(pid, op.build()));
    }
    return sent;
  }

  private CompletableFuture<Long> send(int pid, DeleteRowsOp op) {
    DeleteRowsRequest request =
        DeleteRowsRequest.newBuilder()
            .setTid(task.partition().tid())
            .setPid(pid)
            .setVersion(task.alterations())
            .setRows(op.toByteString())
            .build();
    return RoutedCall.ask(
            parts,
            life,
            route,
            pid,
            new RoutedCall.Question<>(DELETE_ROWS, request, GeneralResponse.getDefaultInstance()))
        .thenApply(reply -> reply.message().getVersion());
  }
}
