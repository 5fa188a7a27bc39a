package io.holdfast.jdbc.run;

import io.holdfast.common.config.NearestName;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.CompressType;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.ast.Statement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** From CREATE TABLE and CREATE INDEX to what a nameserver is asked. Stateless. */
final class TableDefinitions {
  private static final int DEFAULT_PARTITIONS = 8;
  private static final int MAX_DEFAULT_REPLICAS = 3;
  private static final Set<String> OPTIONS =
      new TreeSet<>(
          List.of(
              "acks",
              "compress_type",
              "durability",
              "min_insync",
              "partitionnum",
              "read_mode",
              "replicanum",
              "storage_mode",
              "witnesses"));

  private TableDefinitions() {}

  /**
   * A table.
   *
   * @param tablets how many there are, for the number of replicas when none is given
   * @param epochSeconds part of the names of indexes that were given none
   */
  static TableInfo table(
      Statement.CreateTable create, String database, int tablets, long epochSeconds)
      throws SQLException {
    TableInfo.Builder table =
        TableInfo.newBuilder()
            .setName(create.table().table())
            .setDb(database)
            .setPartitionNum(DEFAULT_PARTITIONS)
            .setReplicaNum(Math.max(1, Math.min(MAX_DEFAULT_REPLICAS, tablets)))
            .setFormatVersion(1);
    for (Statement.ColumnDefinition column : create.columns()) {
      ColumnDesc.Builder desc =
          table
              .addColumnDescBuilder()
              .setName(column.name())
              .setDataType(column.type().dataType())
              .setNotNull(column.notNull());
      column.defaultText().ifPresent(desc::setDefaultValue);
    }
    for (Statement.IndexDefinition index : create.indexes()) {
      table.addColumnKey(index(index, table.getColumnKeyCount(), epochSeconds));
    }
    if (create.indexes().isEmpty()) {
      table.addColumnKey(firstColumn(create, epochSeconds));
    }
    for (Map.Entry<String, String> option : create.options().entrySet()) {
      set(table, option.getKey(), option.getValue());
    }
    return table.build();
  }

  private static ColumnKey firstColumn(Statement.CreateTable create, long epochSeconds)
      throws SQLException {
    for (Statement.ColumnDefinition column : create.columns()) {
      if (column.type() != ColumnType.FLOAT && column.type() != ColumnType.DOUBLE) {
        return ColumnKey.newBuilder()
            .setIndexName(name(0, epochSeconds))
            .addColName(column.name())
            .build();
      }
    }
    throw SqlErrors.syntax(
        "table " + create.table() + " has no column that can be a key: add one, or an INDEX", null);
  }

  /** An index that is number so-and-so of its table. */
  static ColumnKey index(Statement.IndexDefinition index, int number, long epochSeconds) {
    ColumnKey.Builder key =
        ColumnKey.newBuilder()
            .setIndexName(index.name().orElseGet(() -> name(number, epochSeconds)))
            .addAllColName(index.keyColumns());
    index.tsColumn().ifPresent(key::setTsName);
    TTLSt.Builder ttl = TTLSt.newBuilder().setTtlType(type(index.ttlKind()));
    index.ttlMinutes().ifPresent(ttl::setAbsTtl);
    index.ttlLatest().ifPresent(ttl::setLatTtl);
    return key.setTtl(ttl).build();
  }

  private static String name(int number, long epochSeconds) {
    return "INDEX_" + number + "_" + epochSeconds;
  }

  private static TTLType type(Statement.TtlKind kind) {
    return switch (kind) {
      case ABSOLUTE -> TTLType.kAbsoluteTime;
      case LATEST -> TTLType.kLatestTime;
      case ABSANDLAT -> TTLType.kAbsAndLat;
      case ABSORLAT -> TTLType.kAbsOrLat;
    };
  }

  private static void set(TableInfo.Builder table, String option, String value)
      throws SQLException {
    switch (option) {
      case "partitionnum" -> table.setPartitionNum(number(option, value));
      case "replicanum" -> table.setReplicaNum(number(option, value));
      case "min_insync" -> table.setMinInsync(number(option, value));
      case "witnesses" -> table.setWitnesses(number(option, value));
      case "acks" -> table.setAcks(value.toLowerCase(Locale.ROOT));
      case "read_mode" -> table.setReadMode(value.toLowerCase(Locale.ROOT));
      case "durability" -> table.setDurability(value.toLowerCase(Locale.ROOT));
      case "storage_mode" -> table.setStorageMode(storageMode(value));
      case "compress_type" -> table.setCompressType(compressType(value));
      default ->
          throw SqlErrors.syntax(
              "unknown option "
                  + option
                  + NearestName.of(option, OPTIONS).map(near -> "; did you mean " + near).orElse("")
                  + "? Known are "
                  + OPTIONS,
              null);
    }
  }

  private static int number(String option, String value) throws SQLException {
    try {
      return Integer.parseUnsignedInt(value.strip());
    } catch (NumberFormatException e) {
      throw SqlErrors.syntax(option + " needs a number, not " + value, e);
    }
  }

  private static StorageMode storageMode(String value) throws SQLException {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "memory" -> StorageMode.kMemory;
      case "ssd" -> StorageMode.kSSD;
      case "hdd" -> StorageMode.kHDD;
      default ->
          throw SqlErrors.syntax("storage_mode is none of Memory, SSD and HDD: " + value, null);
    };
  }

  private static CompressType compressType(String value) throws SQLException {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "nocompress" -> CompressType.kNoCompress;
      case "snappy" -> CompressType.kSnappy;
      default ->
          throw SqlErrors.syntax("compress_type is none of NoCompress and Snappy: " + value, null);
    };
  }
}
