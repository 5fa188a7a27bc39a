package io.holdfast.nameserver.rpc;

import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.meta.MetaCodec;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.SetReplicaNumRequest;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.CompressType;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a request to create a table asks for, checked and with its defaults filled in. Pure. */
final class TableRequests {
  static final int DEFAULT_PARTITIONS = 8;
  static final int DEFAULT_REPLICAS = 3;

  private static final int MAX_NAME_CHARS = 256;

  /** Sizes of the records that all become true in one ZooKeeper transaction. */
  private static final long MAX_TRANSACTION_BYTES = 900_000;

  private static final long PARTITION_BYTES = 260;
  private static final long REPLICA_BYTES = 150;

  private TableRequests() {}

  /**
   * The table that is asked for; its id is still to be given.
   *
   * @param healthyTablets how many tablets could take a replica now
   */
  static TableSpec table(TableInfo wanted, int healthyTablets) throws RequestException {
    checkName("table", wanted.getName());
    if (wanted.getDb().isEmpty()) {
      throw new RequestException(
          "a table must be in a database; make one with createdb and choose it with use");
    }
    if (wanted.getTablePartitionCount() > 0) {
      throw new RequestException(
          "a placement in the request is not supported; leave table_partition out");
    }
    if (wanted.getUnknownFields().hasField(TableInfo.STORAGE_MODE_FIELD_NUMBER)) {
      throw new RequestException(
          "storage_mode is none of kMemory, kSSD and kHDD; leave it out for kMemory");
    }
    if (wanted.getCompressType() != CompressType.kNoCompress) {
      throw new RequestException("compress_type " + wanted.getCompressType() + " is not supported");
    }
    if (wanted.getAddedColumnDescCount() > 0) {
      throw new RequestException(
          "a table begins without added columns; give them as column_desc, or add them later");
    }
    TableInfo definition = definition(wanted);
    try {
      TableSchema unused = TableSchema.of(definition);
    } catch (SchemaException e) {
      throw new RequestException(e.getMessage());
    }
    int partitions = count("partition_num", wanted.hasPartitionNum(), wanted.getPartitionNum());
    int replicas = count("replica_num", wanted.hasReplicaNum(), wanted.getReplicaNum());
    if (partitions == 0) {
      partitions = DEFAULT_PARTITIONS;
    }
    if (replicas == 0) {
      replicas = Math.max(1, Math.min(DEFAULT_REPLICAS, healthyTablets));
    }
    TableSpec table;
    try {
      table =
          new TableSpec(
              0,
              wanted.getDb(),
              wanted.getName(),
              partitions,
              options(wanted, replicas),
              definition.toByteArray());
    } catch (IllegalArgumentException e) {
      throw new RequestException(e.getMessage());
    }
    checkSize(table);
    return table;
  }

  /**
   * More or fewer copies for a table.
   *
   * @param state the truth, by which the size of what would be recorded is checked
   */
  static AdminCommand.SetReplicaNum command(SetReplicaNumRequest request, ClusterState state)
      throws RequestException {
    int replicas = count("replica_num", request.hasReplicaNum(), request.getReplicaNum());
    if (replicas == 0) {
      throw new RequestException("replica_num is missing");
    }
    TableSpec table = state.table(request.getDb(), request.getName());
    if (table != null) {
      try {
        checkSize(table.withOptions(table.options().withReplicas(replicas)));
      } catch (IllegalArgumentException e) {
        throw new RequestException(e.getMessage());
      }
    }
    return new AdminCommand.SetReplicaNum(request.getDb(), request.getName(), replicas);
  }

  /** Names become parts of paths and of operators' lines. */
  static void checkName(String what, String name) throws RequestException {
    boolean printable = name.chars().noneMatch(c -> c <= ' ' || c == '/' || c >= 0x7f && c < 0xa0);
    boolean usable = !name.equals(".") && !name.equals("..") && !name.contains("\uffff");
    boolean known = name.codePoints().allMatch(Character::isBmpCodePoint);
    boolean surrogate = name.chars().anyMatch(c -> c >= 0xd800 && c <= 0xf8ff || c >= 0xfff0);
    if (name.isEmpty() || name.length() > MAX_NAME_CHARS) {
      throw new RequestException(
          "a " + what + " name must have 1 to " + MAX_NAME_CHARS + " characters");
    }
    if (!printable || !usable || !known || surrogate) {
      throw new RequestException(
          "a " + what + " name must have no spaces, slashes or unprintable characters");
    }
  }

  /** 0 when it was not asked for. */
  private static int count(String name, boolean given, int value) throws RequestException {
    if (given && value <= 0) {
      throw new RequestException(
          name + " must be at least 1, not " + Integer.toUnsignedString(value));
    }
    return given ? value : 0;
  }

  /** Columns and indexes alone, with an index if there was none. */
  private static TableInfo definition(TableInfo wanted) throws RequestException {
    TableInfo.Builder definition =
        wanted.toBuilder()
            .clearTablePartition()
            .clearTid()
            .clearPartitionNum()
            .clearReplicaNum()
            .clearAcks()
            .clearMinInsync()
            .clearReadMode()
            .clearDurability()
            .clearWitnesses()
            .clearUnfilledIndexes()
            .clearSchemaVersions()
            .setStorageMode(
                wanted.getStorageMode() == StorageMode.kUnknown
                    ? StorageMode.kMemory
                    : wanted.getStorageMode());
    if (definition.getColumnKeyCount() == 0) {
      definition.addColumnKey(defaultIndex(wanted));
    }
    return definition.build();
  }

  /** An index on the first column that can have one. Without it, clients drop inserts silently. */
  private static ColumnKey defaultIndex(TableInfo wanted) throws RequestException {
    for (ColumnDesc column : wanted.getColumnDescList()) {
      if (column.getDataType() != DataType.kFloat && column.getDataType() != DataType.kDouble) {
        return ColumnKey.newBuilder()
            .setIndexName("INDEX_0")
            .addColName(column.getName())
            .setFlag(0)
            .setTtl(TTLSt.newBuilder().setAbsTtl(0).setLatTtl(0))
            .build();
      }
    }
    throw new RequestException("no index, and no column that could have one");
  }

  private static TableOptions options(TableInfo wanted, int replicas) throws RequestException {
    AckMode acks =
        wanted.hasAcks() ? word("acks", wanted.getAcks(), AckMode.values()) : AckMode.ALL;
    ReadMode reads =
        wanted.hasReadMode()
            ? word("read_mode", wanted.getReadMode(), ReadMode.values())
            : ReadMode.LEADER;
    int minInsync = wanted.hasMinInsync() ? wanted.getMinInsync() : 1;
    Durability durability =
        wanted.hasDurability()
            ? word("durability", wanted.getDurability(), Durability.values())
            : Durability.FSYNC;
    int witnesses = wanted.hasWitnesses() ? wanted.getWitnesses() : 0;
    return new TableOptions(replicas, acks, minInsync, reads, durability, witnesses);
  }

  private static <E extends Enum<E>> E word(String name, String text, E[] values)
      throws RequestException {
    for (E value : values) {
      if (lower(value).equals(text.toLowerCase(Locale.ROOT))) {
        return value;
      }
    }
    throw new RequestException(
        name
            + " is "
            + text
            + "; allowed: "
            + Arrays.stream(values).map(TableRequests::lower).collect(Collectors.joining(", ")));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /**
   * ZooKeeper closes the connection of whoever sends too much at once, so a table that is too large
   * would look like an outage.
   */
  static void checkSize(TableSpec table) throws RequestException {
    long record;
    try {
      record = MetaCodec.encodeTable(table).length;
    } catch (IllegalArgumentException e) {
      throw new RequestException(e.getMessage());
    }
    long partition = PARTITION_BYTES + REPLICA_BYTES * table.options().voters();
    if (record + partition * table.partitions() > MAX_TRANSACTION_BYTES) {
      throw new RequestException(
          "the table is too large to be recorded at once: "
              + table.partitions()
              + " partitions of "
              + table.options().replicas()
              + " replicas with a definition of "
              + record
              + " bytes; ask for fewer partitions");
    }
  }
}
