package io.holdfast.tools.load;

import io.holdfast.client.AdminClient;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;

/**
 * The table that load is put on: a key and a value, both strings, and so many versions of each key.
 *
 * @param database its database
 * @param name its name
 * @param partitions how many partitions it has when it is made
 * @param replicas how many copies
 * @param versions how many rows of a key are kept
 * @param mode where its rows are
 * @param acks {@code all}, {@code majority} or {@code leader}
 * @param durability {@code fsync} or {@code os}
 */
record LoadTable(
    String database,
    String name,
    int partitions,
    int replicas,
    int versions,
    StorageMode mode,
    String acks,
    String durability) {

  /** Makes the table and its database unless they are there; one that is there stays as it is. */
  void ensure(AdminClient admin) {
    admin.createDatabase(database, true);
    admin.createTable(definition(), true);
  }

  void drop(AdminClient admin) {
    admin.dropTable(database, name);
  }

  private TableInfo definition() {
    TTLSt newest =
        TTLSt.newBuilder().setTtlType(TTLType.kLatestTime).setAbsTtl(0).setLatTtl(versions).build();
    return TableInfo.newBuilder()
        .setDb(database)
        .setName(name)
        .setPartitionNum(partitions)
        .setReplicaNum(replicas)
        .setStorageMode(mode)
        .setAcks(acks)
        .setDurability(durability)
        .addColumnDesc(column("k"))
        .addColumnDesc(column("v"))
        .addColumnKey(ColumnKey.newBuilder().setIndexName("k").addColName("k").setTtl(newest))
        .build();
  }

  private static ColumnDesc column(String name) {
    return ColumnDesc.newBuilder()
        .setName(name)
        .setDataType(DataType.kString)
        .setNotNull(true)
        .build();
  }
}
