package io.holdfast.sql.query;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.sql.catalog.TableView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A table in memory, whose pages are small and may come late. For one test. */
public final class MemoryTable implements RowSource {
  private final TableView view;
  private final RowEncoder encoder;
  private final List<List<Object>> rows = new ArrayList<>();
  private final List<RowView> encoded = new ArrayList<>();
  private final List<byte[]> bytes = new ArrayList<>();
  private final List<RowRequest> requests = new ArrayList<>();
  private final Deque<Runnable> late = new ArrayDeque<>();
  private int countedPages;
  private Random random;

  private record Cursor(int position) implements RowCursor {}

  public MemoryTable(TableView view) {
    this.view = view;
    this.encoder = new RowEncoder(view.schema());
  }

  /**
   * A table {@code db.t}.
   *
   * @param columns such as {@code "id bigint"}
   * @param indexes such as {@code "id"}, {@code "a|b @ ts"}
   */
  public static MemoryTable of(int partitions, List<String> columns, List<String> indexes) {
    List<ColumnDesc> descs = new ArrayList<>();
    for (String column : columns) {
      String[] words = column.split(" ");
      descs.add(
          ColumnDesc.newBuilder()
              .setName(words[0])
              .setDataType(ColumnType.ofWord(words[1]).orElseThrow().dataType())
              .setNotNull(words.length > 2)
              .build());
    }
    List<ColumnKey> keys = new ArrayList<>();
    for (String index : indexes) {
      String[] parts = index.split(" @ ");
      ColumnKey.Builder key =
          ColumnKey.newBuilder()
              .setIndexName("index" + keys.size())
              .addAllColName(Arrays.asList(parts[0].split("\\|")));
      if (parts.length > 1) {
        key.setTsName(parts[1]);
      }
      keys.add(key.build());
    }
    try {
      return new MemoryTable(new TableView(7, "db", "t", partitions, TableSchema.of(descs, keys)));
    } catch (SchemaException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public TableView view() {
    return view;
  }

  /** Pages have random sizes from now on, and some come only when {@link #deliver} is called. */
  void disturb(Random with) {
    random = with;
  }

  public void add(Object... values) {
    List<Object> row = new ArrayList<>(Arrays.asList(values));
    try {
      byte[] encodedRow = encoder.encode(row);
      rows.add(row);
      bytes.add(encodedRow);
      encoded.add(RowView.of(view.schema(), encodedRow));
    } catch (RowFormatException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public List<List<Object>> rows() {
    return rows;
  }

  public List<RowRequest> requests() {
    return requests;
  }

  @Override
  public CompletionStage<RowPage> rows(RowRequest request) {
    requests.add(request);
    RowPage page = page(request);
    if (random == null || random.nextBoolean()) {
      return CompletableFuture.completedFuture(page);
    }
    CompletableFuture<RowPage> future = new CompletableFuture<>();
    late.add(() -> future.complete(page));
    return future;
  }

  /** How many pages were only counted. */
  int countedPages() {
    return countedPages;
  }

  @Override
  public CompletionStage<RowPage> counts(RowRequest request) {
    countedPages++;
    return rows(request).thenApply(page -> RowPage.counted(page.entries().size(), page.next()));
  }

  /** Completes what is late until nothing is. */
  void deliver() {
    while (!late.isEmpty()) {
      late.poll().run();
    }
  }

  private RowPage page(RowRequest request) {
    IndexDef index = view.schema().index(request.index()).orElseThrow();
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String key = key(index, i);
      long time = time(index, i);
      if (PartitionHash.partition(key, view.partitions()) == request.partition()
          && request.key().map(key::equals).orElse(true)
          && time >= request.fromTime()
          && time <= request.toTime()) {
        found.add(i);
      }
    }
    found.sort(
        Comparator.<Integer, String>comparing(i -> key(index, i))
            .thenComparing(i -> time(index, i), Comparator.reverseOrder())
            .thenComparing(Comparator.reverseOrder()));
    int from = request.after().map(cursor -> ((Cursor) cursor).position()).orElse(0);
    int size =
        random == null ? request.maxRows() : random.nextInt(Math.min(request.maxRows(), 9) + 1);
    int to = (int) Math.min(found.size(), from + (long) size);
    List<RowPage.Entry> entries = new ArrayList<>();
    for (int i : found.subList(from, to)) {
      entries.add(new RowPage.Entry(time(index, i), bytes.get(i)));
    }
    return new RowPage(entries, to < found.size() ? Optional.of(new Cursor(to)) : Optional.empty());
  }

  private String key(IndexDef index, int row) {
    return new String(KeyCodec.key(view.schema(), index, encoded.get(row)), StandardCharsets.UTF_8);
  }

  private long time(IndexDef index, int row) {
    return index.hasTsColumn() ? encoded.get(row).getLong(index.tsColumn()) : row + 1;
  }
}
