package io.holdfast.tablet.partition;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
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
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.binlog.BinlogSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The first half of {@code RecoveryBench}, in a process that is killed: rows of 16 bytes of key and
 * 100 of value go into a replica's log and engine over real files, with syncs; then, if wanted, a
 * snapshot is made. Prints the hash of the state, and waits.
 */
public final class RecoveryLoad {
  private static final int BATCH = 2000;
  private static final int VALUE_BYTES = 100;

  private RecoveryLoad() {}

  /** The table of the rows. */
  public static TableSpec table(StorageMode mode) {
    TableInfo info =
        TableInfo.newBuilder()
            .setName("t")
            .setTid(TestTable.TID)
            .setStorageMode(mode)
            .addColumnDesc(column("k"))
            .addColumnDesc(column("v"))
            .addColumnKey(ColumnKey.newBuilder().setIndexName("k").addColName("k"))
            .build();
    return new TableSpec(TestTable.TID, "db", "t", 8, TableOptions.defaults(1), info.toByteArray());
  }

  private static ColumnDesc column(String name) {
    return ColumnDesc.newBuilder().setName(name).setDataType(DataType.kString).build();
  }

  /** Runs it: DIRECTORY CLUSTER ROWS memory|disk log|snapshot. */
  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[2]);
    TableSpec table = table(args[3].equals("disk") ? StorageMode.kSSD : StorageMode.kMemory);
    RowEncoder encoder = new RowEncoder(TableSchema.of(TableInfo.parseFrom(table.definition())));
    Random random = new Random(1);
    StoreLife life = new StoreLife(Path.of(args[0]), args[1], BinlogSettings.DEFAULT, table);
    long began = System.nanoTime();
    for (int next = 1; next <= rows; next += BATCH) {
      List<LogRecord> batch = new ArrayList<>();
      for (int i = next; i < next + BATCH && i <= rows; i++) {
        String key = String.format(Locale.ROOT, "%016x", i * 0x9E3779B97F4A7C15L);
        batch.add(record(life, encoder, i, key, value(random)));
      }
      life.append(batch);
      batch.forEach(life.store::apply);
    }
    System.out.printf(
        Locale.ROOT, "wrote %d rows in %.1f s%n", rows, (System.nanoTime() - began) / 1e9);
    if (args[4].equals("snapshot")) {
      began = System.nanoTime();
      life.make(1, "");
      System.out.printf(
          Locale.ROOT,
          "made a snapshot of %d bytes in %.1f s%n",
          life.made.bytes(),
          (System.nanoTime() - began) / 1e9);
    }
    System.out.println("hash " + Long.toHexString(life.hash()));
    // Until it is killed.
    Thread.sleep(Long.MAX_VALUE);
  }

  private static String value(Random random) {
    StringBuilder value = new StringBuilder(VALUE_BYTES);
    for (int i = 0; i < VALUE_BYTES; i++) {
      value.append((char) ('a' + random.nextInt(26)));
    }
    return value.toString();
  }

  private static LogRecord record(
      StoreLife life, RowEncoder encoder, long offset, String key, String value) throws Exception {
    PutRequest put =
        PutRequest.newBuilder()
            .setTid(TestTable.TID)
            .setPid(0)
            .setTime(1_000 + offset)
            .setValue(ByteString.copyFrom(encoder.encode(List.of(key, value))))
            .addDimensions(Dimension.newBuilder().setIdx(0).setKey(key))
            .build();
    byte[] payload = life.store.codec().encode(put, 1_000);
    return new LogRecord(1, offset, LogRecord.Type.WRITE, SessionId.NONE, 0, payload);
  }
}
