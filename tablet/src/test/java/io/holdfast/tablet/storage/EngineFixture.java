package io.holdfast.tablet.storage;

import com.google.protobuf.ByteString;
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
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A table (a string, b string, ts timestamp, n int) with the indexes 0: a by ts, 1: b by ts, 2: a
 * and b by time of put.
 */
public final class EngineFixture {
  public static final int A = 0;
  public static final int B = 1;
  public static final int AB = 2;

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
    byte[] row = new RowEncoder(schema).encode(Arrays.asList(a, b, ts, n));
    PutRequest.Builder put =
        PutRequest.newBuilder().setTime(time).setValue(ByteString.copyFrom(row));
    for (int index : indexes) {
      put.addDimensions(dimension(index, keyOf(index, a, b)));
    }
    return put;
  }

  public static String keyOf(int index, String a, String b) {
    return index == A ? a : index == B ? b : a + "|" + b;
  }

  public static Dimension dimension(int index, String key) {
    return Dimension.newBuilder().setIdx(index).setKey(key).build();
  }

  public static DeleteRequest.Builder delete(int index, String key) {
    return DeleteRequest.newBuilder().addDimensions(dimension(index, key));
  }

  /** The table, altered once more in some way: other ages for some indexes, or one index less. */
  public static Alterations altered(Alterations before, Random random) {
    if (before.deleted().isEmpty() && random.nextInt(6) == 0) {
      return before.without(random.nextBoolean() ? B : AB);
    }
    TtlPolicy.Kind[] kinds = TtlPolicy.Kind.values();
    TtlPolicy ttl =
        new TtlPolicy(
            kinds[random.nextInt(kinds.length)], 20_000L * random.nextInt(9), random.nextInt(6));
    return before.withTtl(
        random.nextBoolean() ? List.of(A, B, AB) : List.of(random.nextInt(3)), ttl);
  }

  public static byte[] key(String text) {
    return MemoryEngine.keyBytes(text);
  }
}
