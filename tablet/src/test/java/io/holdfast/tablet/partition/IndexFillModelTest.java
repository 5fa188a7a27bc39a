package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.MemoryEngine;
import io.holdfast.tablet.storage.ReadLimits;
import io.holdfast.tablet.storage.StorageEngine;
import io.holdfast.tablet.storage.WriteOpCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An index is added to a table of three partitions while rows are put by clients who know of it and
 * by others who do not, leaders change, and what is sent gets lost or comes twice. In the end it
 * finds every row once, and a row that was put twice, twice.
 */
final class IndexFillModelTest {
  private static final int PARTITIONS = 3;
  private static final long SECOND = 1_000_000_000L;
  private static final long SETTLE = 30 * SECOND;
  private static final int LATE = 20;
  private static final ReadLimits ALL = new ReadLimits(100_000, 1 << 30);

  private final List<Partition> partitions = new ArrayList<>();
  private final List<Delivery> underWay = new ArrayList<>();
  private final Map<String, Integer> expected = new TreeMap<>();
  private TableSchema defined;
  private Random random;
  private long step;

  /** Two replicas of one log, of which one collects garbage and the other never does. */
  private final class Partition {
    final int pid;
    final MemoryEngine lazy = new MemoryEngine(defined);
    final MemoryEngine eager = new MemoryEngine(defined);
    IndexFill fill;

    Partition(int pid) {
      this.pid = pid;
    }

    WriteOpCodec codec() {
      return new WriteOpCodec(lazy.schema());
    }

    void apply(byte[] payload) {
      long offset = lazy.appliedOffset() + 1;
      lazy.apply(offset, payload);
      eager.apply(offset, payload);
      eager.gc(step, 100);
    }
  }

  /** A part of a put on its way. */
  private record Delivery(int pid, PutRequest request, long at) {}

  @ParameterizedTest
  @CsvSource({"1,ts", "2,ts", "3,ts", "4,ts", "5,''", "6,''", "7,''", "8,''"})
  void everyRowIsFoundOnce(long seed, String firstTime) throws Exception {
    random = new Random(seed);
    defined = schema(firstTime);
    Alterations added = Alterations.NONE.withIndex("ba", 2, List.of(1, 0), 2, TtlPolicy.NONE);
    if (firstTime.isEmpty()) {
      added = added.withIndex("n", 3, List.of(3), IndexDef.PUT_TIME, TtlPolicy.NONE);
    }
    TableSchema altered = defined.with(added);
    for (int pid = 0; pid < PARTITIONS; pid++) {
      partitions.add(new Partition(pid));
    }
    for (step = 1; step < 600; step++) {
      deliver();
      if (step > 300 && step <= 300 + PARTITIONS) {
        partitions.get((int) step - 301).apply(WriteOpCodec.encode(added));
      }
      // From 310 on there are clients who know, and from 400 on all of them do.
      boolean knows = step > 400 || (step > 310 && random.nextBoolean());
      put(knows ? altered : defined, step < 300 && random.nextInt(4) == 0);
      if (step > 420) {
        partitions.forEach(this::fill);
      }
    }
    while (partitions.stream().anyMatch(partition -> !partition.fill.isDone())) {
      step++;
      deliver();
      partitions.forEach(this::fill);
    }
    step += LATE;
    deliver();
    assertThat(underWay).isEmpty();
    for (Partition partition : partitions) {
      assertThat(partition.eager.stateHash()).isEqualTo(partition.lazy.stateHash());
    }
    for (IndexDef index : altered.indexes()) {
      if (!index.filled()) {
        Map<String, Integer> found = found(altered, index);
        assertThat(difference(expected, found)).as("missing in %s", index.name()).isEmpty();
        assertThat(difference(found, expected)).as("too often in %s", index.name()).isEmpty();
      }
    }
  }

  /**
   * Rows of one key and time fill several pages. What is put at that time between two pages moves
   * those that were read, and what is deleted does, too.
   */
  @ParameterizedTest
  @CsvSource({"'',put", "ts,put", "'',delete", "ts,delete"})
  void pagesGoOnWithinOneTime(String firstTime, String between) throws Exception {
    defined = schema(firstTime);
    Alterations added = Alterations.NONE.withIndex("ba", 2, List.of(1, 0), 2, TtlPolicy.NONE);
    TableSchema altered = defined.with(added);
    for (int pid = 0; pid < PARTITIONS; pid++) {
      partitions.add(new Partition(pid));
    }
    int rows = 1_200;
    for (step = 1; step <= rows; step++) {
      putOfOneTime(defined, (int) step);
    }
    for (Partition partition : partitions) {
      partition.apply(WriteOpCodec.encode(added));
    }
    Partition source = partitions.get(partitionOf("a"));
    IndexFill fill =
        new IndexFill(
            new PartitionId(1, source.pid), PARTITIONS, 1, 1, source.lazy.appliedOffset(), 0);
    boolean isFirst = true;
    while (!fill.isDone()) {
      for (IndexFill.Part part : fill.next(source.lazy, 0)) {
        take(part);
        fill.answered(part, true, 0);
      }
      if (isFirst && between.equals("put")) {
        for (int i = 1; i <= 10; i++) {
          putOfOneTime(altered, rows + i);
        }
      } else if (isFirst) {
        DeleteRequest.Builder delete = DeleteRequest.newBuilder().setEnableDecodeValue(true);
        for (int i = rows; i > rows - 10; i--) {
          delete.addDimensions(
              Dimension.newBuilder().setIdx(1).setKeyBytes(ByteString.copyFromUtf8("b" + i)));
        }
        for (Partition partition : partitions) {
          partition.apply(partition.codec().encode(delete.build(), 1));
        }
      }
      isFirst = false;
    }
    Map<String, Integer> found = found(altered, altered.indexes().get(2));
    assertThat(found.values()).as("each once").containsOnly(1);
    for (int i = 1; i <= rows - 10; i++) {
      assertThat(found).containsKey(List.of("a", "b" + i, 1_000L, i).toString());
    }
    if (between.equals("put")) {
      assertThat(found).hasSize(rows + 10);
    }
  }

  private static int partitionOf(String key) {
    return PartitionHash.partition(key.getBytes(StandardCharsets.UTF_8), PARTITIONS);
  }

  /** Puts a row whose second key is in the partition of the first one's, whoever else it is. */
  private void putOfOneTime(TableSchema known, int n) throws Exception {
    byte[] row = new RowEncoder(known).encode(List.of("a", "b" + n, 1_000L, n));
    Map<Integer, PutRequest.Builder> parts = new TreeMap<>();
    for (IndexDef index : known.indexes()) {
      byte[] key = KeyCodec.key(known, index, RowView.of(known, row));
      int pid = index.position() == 1 ? partitionOf("a") : PartitionHash.partition(key, PARTITIONS);
      parts
          .computeIfAbsent(
              pid, of -> PutRequest.newBuilder().setTime(1).setValue(ByteString.copyFrom(row)))
          .addDimensions(
              Dimension.newBuilder()
                  .setIdx(index.position())
                  .setKeyBytes(ByteString.copyFrom(key)));
    }
    for (Map.Entry<Integer, PutRequest.Builder> part : parts.entrySet()) {
      Partition partition = partitions.get(part.getKey());
      partition.apply(partition.codec().encode(part.getValue().build(), 1));
    }
  }

  private void fill(Partition partition) {
    boolean newLeader = random.nextInt(60) == 0 && step < 580;
    if (partition.fill == null || newLeader) {
      partition.fill =
          new IndexFill(
              new PartitionId(1, partition.pid),
              PARTITIONS,
              step,
              1,
              partition.lazy.appliedOffset(),
              SETTLE);
    }
    StorageEngine engine = random.nextBoolean() ? partition.lazy : partition.eager;
    for (IndexFill.Part part : partition.fill.next(engine, step * SECOND)) {
      boolean arrives = random.nextInt(3) > 0;
      if (arrives) {
        take(part);
      }
      boolean answered = arrives && random.nextInt(3) > 0;
      partition.fill.answered(part, answered, step * SECOND);
    }
  }

  private void take(IndexFill.Part part) {
    Partition target = partitions.get(part.pid());
    assertThat(part.request().getPid()).isEqualTo(part.pid());
    for (ByteString fill : part.request().getFillsList()) {
      try {
        target.apply(target.codec().encode(FillOp.parseFrom(fill)));
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Puts a row, or the same row twice. */
  private void put(TableSchema known, boolean twice) throws Exception {
    List<Object> values =
        Arrays.asList(
            random.nextInt(9) == 0 ? null : "a" + random.nextInt(6),
            "b" + random.nextInt(3),
            1_000L + random.nextInt(50),
            (int) step);
    byte[] row = new RowEncoder(known).encode(values);
    for (int i = 0; i < (twice ? 2 : 1); i++) {
      expected.merge(values.toString(), 1, Integer::sum);
      Map<Integer, PutRequest.Builder> parts = new TreeMap<>();
      for (IndexDef index : known.indexes()) {
        byte[] key = KeyCodec.key(known, index, RowView.of(known, row));
        parts
            .computeIfAbsent(
                PartitionHash.partition(key, PARTITIONS),
                pid -> PutRequest.newBuilder().setTime(step).setValue(ByteString.copyFrom(row)))
            .addDimensions(
                Dimension.newBuilder()
                    .setIdx(index.position())
                    .setKeyBytes(ByteString.copyFrom(key)));
      }
      parts.forEach(
          (pid, part) ->
              underWay.add(new Delivery(pid, part.build(), step + random.nextInt(LATE))));
    }
  }

  private void deliver() throws Exception {
    for (Delivery delivery : List.copyOf(underWay)) {
      if (delivery.at() <= step) {
        Partition partition = partitions.get(delivery.pid());
        partition.apply(partition.codec().encode(delivery.request(), step));
        underWay.remove(delivery);
      }
    }
  }

  private Map<String, Integer> found(TableSchema schema, IndexDef index) throws Exception {
    Map<String, Integer> found = new TreeMap<>();
    for (Partition partition : partitions) {
      for (var entry : partition.lazy.traverse(index.position(), null, false, ALL, 0).entries()) {
        RowView row = RowView.of(schema, entry.entry().value());
        assertThat(entry.key()).isEqualTo(KeyCodec.key(schema, index, row));
        assertThat(PartitionHash.partition(entry.key(), PARTITIONS)).isEqualTo(partition.pid);
        found.merge(row.values().toString(), 1, Integer::sum);
      }
    }
    return found;
  }

  /** What one has more often than the other. */
  private static Map<String, Integer> difference(
      Map<String, Integer> one, Map<String, Integer> other) {
    Map<String, Integer> more = new TreeMap<>();
    one.forEach(
        (row, times) -> {
          if (times > other.getOrDefault(row, 0)) {
            more.put(row, times);
          }
        });
    return more;
  }

  private static TableSchema schema(String firstTime) throws Exception {
    ColumnKey.Builder first = ColumnKey.newBuilder().setIndexName("a").addColName("a");
    if (!firstTime.isEmpty()) {
      first.setTsName(firstTime);
    }
    return TableSchema.of(
        List.of(
            column("a", DataType.kString),
            column("b", DataType.kString),
            column("ts", DataType.kTimestamp),
            column("n", DataType.kInt)),
        List.of(
            first.build(),
            ColumnKey.newBuilder().setIndexName("b").addColName("b").setTsName("ts").build()));
  }

  private static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).build();
  }
}
