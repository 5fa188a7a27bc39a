package io.holdfast.nameserver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.type.DataType;
import org.junit.jupiter.api.Test;

/** What a request for a table becomes. */
final class TableRequestsTest {
  @Test
  void defaultsAreOpenMldbs() throws Exception {
    TableSpec table = TableRequests.table(trips().build(), 5);
    assertThat(table.partitions()).isEqualTo(8);
    assertThat(table.options()).isEqualTo(TableOptions.defaults(3));
    assertThat(TableRequests.table(trips().build(), 2).options().replicas()).isEqualTo(2);
    assertThat(TableRequests.table(trips().build(), 0).options().replicas()).isEqualTo(1);
  }

  @Test
  void definitionHoldsColumnsAndIndexesAlone() throws Exception {
    TableInfo wanted =
        trips().setPartitionNum(2).setReplicaNum(2).setMinInsync(2).setReadMode("quorum").build();
    TableInfo definition = TableInfo.parseFrom(TableRequests.table(wanted, 3).definition());
    assertThat(definition.hasPartitionNum()).isFalse();
    assertThat(definition.hasReplicaNum()).isFalse();
    assertThat(definition.hasMinInsync()).isFalse();
    assertThat(definition.hasReadMode()).isFalse();
    assertThat(definition.getColumnKey(0).getColNameList()).containsExactly("id");
  }

  @Test
  void wordsOfReplicationAreTaken() throws Exception {
    TableInfo wanted =
        trips().setReplicaNum(3).setAcks("majority").setMinInsync(2).setReadMode("QUORUM").build();
    assertThat(TableRequests.table(wanted, 1).options())
        .isEqualTo(new TableOptions(3, AckMode.MAJORITY, 2, ReadMode.QUORUM));
  }

  /** Where rows are kept is part of the table's definition for its whole life. */
  @Test
  void tablesCanBeOnDisk() throws Exception {
    assertThat(storageMode(trips())).isEqualTo(StorageMode.kMemory);
    assertThat(storageMode(trips().setStorageMode(StorageMode.kUnknown)))
        .isEqualTo(StorageMode.kMemory);
    assertThat(storageMode(trips().setStorageMode(StorageMode.kSSD))).isEqualTo(StorageMode.kSSD);
    assertThat(storageMode(trips().setStorageMode(StorageMode.kHDD))).isEqualTo(StorageMode.kHDD);
  }

  private static StorageMode storageMode(TableInfo.Builder wanted) throws Exception {
    return TableInfo.parseFrom(TableRequests.table(wanted.build(), 3).definition())
        .getStorageMode();
  }

  /** As a client may send it that knows more modes. */
  private static TableInfo.Builder withStorageMode(int number) {
    return trips()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    TableInfo.STORAGE_MODE_FIELD_NUMBER,
                    UnknownFieldSet.Field.newBuilder().addVarint(number).build())
                .build());
  }

  @Test
  void impossibleTablesAreRefused() {
    refused(trips().setName(""), "table name");
    refused(trips().setName("a b"), "table name");
    refused(trips().setPartitionNum(0), "partition_num");
    refused(trips().setReplicaNum(0), "replica_num");
    refused(trips().setReplicaNum(2).setMinInsync(3), "min_insync");
    refused(trips().setAcks("some"), "acks is some; allowed: all, majority, leader");
    refused(withStorageMode(7), "storage_mode is none of kMemory, kSSD and kHDD");
    refused(trips().addTablePartition(TablePartition.newBuilder().setPid(0)), "table_partition");
    refused(trips().clearColumnDesc(), "no index");
    refused(
        trips().addColumnKey(ColumnKey.newBuilder().setIndexName("i").addColName("none")),
        "is not member of columns");
    refused(trips().setReplicaNum(3).setPartitionNum(100_000), "too large");
  }

  private static void refused(TableInfo.Builder wanted, String reason) {
    assertThatThrownBy(() -> TableRequests.table(wanted.build(), 3))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining(reason);
  }

  private static TableInfo.Builder trips() {
    return TableInfo.newBuilder()
        .setDb("d1")
        .setName("trips")
        .addColumnDesc(ColumnDesc.newBuilder().setName("fare").setDataType(DataType.kDouble))
        .addColumnDesc(ColumnDesc.newBuilder().setName("id").setDataType(DataType.kVarchar));
  }
}
