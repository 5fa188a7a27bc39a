package io.holdfast.client;

import io.holdfast.client.retry.RetrySettings;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.type.DataType;
import java.time.Duration;

/** The table {@code t} of the database {@code db} in a scripted cluster, with the key column k. */
final class LedTable {
  private static final String NAMESERVER = "ns:1";

  private LedTable() {}

  /** A client of the cluster, whose time is the test's. */
  static HoldfastClient client(ScriptedRpc rpc, ManualTime time) {
    return HoldfastClient.builder()
        .nameservers(NAMESERVER)
        .requestTimeout(Duration.ofSeconds(5))
        .retry(new RetrySettings(20, 1_000, 1_000, 100, 2))
        .rpc(rpc)
        .environment(time, time, () -> 0)
        .build();
  }

  /**
   * As many partitions as leaders, and the key column only.
   *
   * @param leaders by partition
   */
  static TableInfo.Builder ledBy(String... leaders) {
    TableInfo.Builder info =
        TableInfo.newBuilder()
            .setDb("db")
            .setName("t")
            .setTid(9)
            .setPartitionNum(leaders.length)
            .addColumnDesc(ColumnDesc.newBuilder().setName("k").setDataType(DataType.kString))
            .addColumnKey(ColumnKey.newBuilder().setIndexName("k").addColName("k"));
    for (int pid = 0; pid < leaders.length; pid++) {
      info.addTablePartition(
          TablePartition.newBuilder()
              .setPid(pid)
              .addPartitionMeta(
                  PartitionMeta.newBuilder().setEndpoint(leaders[pid]).setIsLeader(true)));
    }
    return info;
  }

  /** Has the nameserver tell of it. */
  static void show(ScriptedRpc rpc, TableInfo.Builder info) {
    rpc.answer(
        NAMESERVER,
        "ShowTable",
        ShowTableResponse.newBuilder().setCode(0).addTableInfo(info).build());
  }
}
