package io.holdfast.tablet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A table (a string, b string, ts timestamp, n int) with the indexes 0: a by ts, 1: b by ts, 2: a
 * and b by time of put, and when it is altered, perhaps 3: b and a by ts.
 */
public final class EngineFixture {
  public static final int A = 0;
  public static final int B = 1;
  public static final int AB = 2;
  public static final int BA = 3;

  /** A row that was put. */
  public record Put(String a, String b, long ts, ByteString value) {}

  private static final int DEFINED_COLUMNS = 4;

  private EngineFixture() {}

  /** All indexes with one TTL; minutes and versions. */
  public static TableSchema schema(TTLType type, long minutes, long versions) {
    TTLSt ttl = TTLSt.newBuilder().setTtlType(type).setAbsTtl(minutes).setLatTtl(versions).build();
    try {
      return TableSchema.of(
          List.of(
              column("a", DataType.kString),
              column("b", DataType.kString),
              column("ts", DataType.kTimestamp),
              column("n", DataType.kInt)),
          List.of(
              index("a", "ts", ttl, "a"),
              index("b", "ts", ttl, "b"),
              index("ab", "", ttl, "a", "b")));
    } catch (SchemaException e) {
      throw new AssertionError(e);
    }
  }

  private static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).build();
  }

  private static ColumnKey index(String name, String ts, TTLSt ttl, String... columns) {
    ColumnKey.Builder key =
        ColumnKey.newBuilder().setIndexName(name).addAllColName(List.of(columns)).setTtl(ttl);
    if (!ts.isEmpty()) {
      key.setTsName(ts);
    }
    return key.build();
  }

  public static PutRequest.Builder put(
      TableSchema schema, String a, String b, Long ts, int n, long time, int... indexes)
      throws Exception {
    List<Object> values = new ArrayList<>(Arrays.asList(a, b, ts, n));
    for (int i = DEFINED_COLUMNS; i < schema.columns().size(); i++) {
      values.add(added(schema.columns().get(i).type(), n + i));
    }
    byte[] row = new RowEncoder(schema).encode(values);
    PutRequest.Builder put =
        PutRequest.newBuilder().setTime(time).setValue(ByteString.copyFrom(row));
    for (int index : indexes) {
      put.addDimensions(dimension(index, keyOf(index, a, b)));
    }
    return put;
  }

  /** What a row that was put has in an added column. */
  private static Object added(ColumnType type, int n) {
    if (n % 4 == 0) {
      return null;
    }
    return switch (type) {
      case BOOL -> n % 2 == 0;
      case SMALLINT -> (short) n;
      case INT -> n;
      case BIGINT, TIMESTAMP -> (long) n;
      case FLOAT -> (float) n;
      case DOUBLE -> (double) n;
      case DATE -> LocalDate.ofEpochDay(n);
      case STRING -> "s" + n;
    };
  }

  /** A row says all that was put, and NULL for the columns that it did not have yet. */
  public static void assertWhole(TableSchema schema, byte[] row) throws Exception {
    RowView view = RowView.of(schema, row);
    int version = row[1];
    int n = (int) view.get(DEFINED_COLUMNS - 1);
    for (int i = DEFINED_COLUMNS; i < schema.columns().size(); i++) {
      boolean has = i < DEFINED_COLUMNS + version - 1;
      assertThat(view.get(i)).isEqualTo(has ? added(schema.columns().get(i).type(), n + i) : null);
    }
  }

  public static String keyOf(int index, String a, String b) {
    return switch (index) {
      case A -> a;
      case B -> b;
      case AB -> a + "|" + b;
      default -> b + "|" + a;
    };
  }

  public static Dimension dimension(int index, String key) {
    return Dimension.newBuilder().setIdx(index).setKey(key).build();
  }

  public static DeleteRequest.Builder delete(int index, String key) {
    return DeleteRequest.newBuilder().addDimensions(dimension(index, key));
  }

  /** What has the added index find a row. */
  public static FillOp fill(Put row, Random random) {
    return FillOp.newBuilder()
        .setKey(
            IndexKey.newBuilder()
                .setIndex(BA)
                .setKey(ByteString.copyFromUtf8(keyOf(BA, row.a, row.b))))
        .setTs(row.ts)
        .setValue(row.value)
        .setCopies(1 + random.nextInt(2))
        .setOwn(random.nextBoolean())
        .build();
  }

  /** Whether rows can be filled into the added index. */
  public static boolean hasAdded(StorageEngine engine) {
    return engine.schema().index(BA).isPresent();
  }

  /**
   * The table, altered once more: other ages for some indexes, one less or more, one column more,
   * or no rows.
   */
  public static Alterations altered(Alterations before, Random random) {
    if (random.nextInt(10) == 0) {
      return before.truncated();
    }
    if (before.columns().size() < TableSchema.MAX_ADDED_COLUMNS && random.nextInt(4) == 0) {
      ColumnType type = ColumnType.values()[random.nextInt(9)];
      String name = "c" + before.columns().size();
      return before.with(new AddedColumn(name, type.dataType().getNumber()));
    }
    if (before.indexes().isEmpty() && random.nextInt(4) == 0) {
      return before.withIndex("ba", BA, List.of(1, 0), 2, TtlPolicy.NONE);
    }
    if (!before.indexes().isEmpty() && random.nextInt(30) == 0) {
      return before.without(BA);
    }
    if (before.deleted().isEmpty() && random.nextInt(6) == 0) {
      return before.without(random.nextBoolean() ? B : AB);
    }
    TtlPolicy.Kind[] kinds = TtlPolicy.Kind.values();
    TtlPolicy ttl =
        new TtlPolicy(
            kinds[random.nextInt(kinds.length)], 20_000L * random.nextInt(9), random.nextInt(6));
    return before.withTtl(
        random.nextBoolean()
            ? List.of(A, B, AB)
            : List.of(random.nextInt(before.indexes().isEmpty() ? 3 : 4)),
        ttl);
  }

  public static byte[] key(String text) {
    return MemoryEngine.keyBytes(text);
  }
}
