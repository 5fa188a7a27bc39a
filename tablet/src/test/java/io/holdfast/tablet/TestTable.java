package io.holdfast.tablet;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import java.util.List;

/** A table (k string, v bigint) with the index "k", whose time is that of the put. */
public final class TestTable {
  public static final int TID = 7;

  private TestTable() {}

  public static TableInfo info() {
    return TableInfo.newBuilder()
        .setName("t")
        .setTid(TID)
        .addColumnDesc(column("k", DataType.kString))
        .addColumnDesc(column("v", DataType.kBigInt))
        .addColumnKey(ColumnKey.newBuilder().setIndexName("k").addColName("k"))
        .build();
  }

  private static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).build();
  }

  public static TableSpec spec(TableOptions options) {
    return new TableSpec(TID, "db", "t", 8, options, info().toByteArray());
  }

  /** The same table with its rows somewhere else. */
  public static TableSpec spec(TableOptions options, StorageMode mode) {
    TableInfo info = info().toBuilder().setStorageMode(mode).build();
    return new TableSpec(TID, "db", "t", 8, options, info.toByteArray());
  }

  public static byte[] row(String key, long value) {
    try {
      return new RowEncoder(TableSchema.of(info())).encode(List.of(key, value));
    } catch (SchemaException | RowFormatException e) {
      throw new AssertionError(e);
    }
  }

  public static PutRequest put(int pid, String key, long value, long time) {
    return PutRequest.newBuilder()
        .setTid(TID)
        .setPid(pid)
        .setTime(time)
        .setValue(ByteString.copyFrom(row(key, value)))
        .addDimensions(Dimension.newBuilder().setIdx(0).setKey(key))
        .build();
  }
}
