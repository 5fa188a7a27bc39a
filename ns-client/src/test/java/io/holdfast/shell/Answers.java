package io.holdfast.shell;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.GeneralResponse;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;

/** Answers of nameservers for tests. */
final class Answers {
  private Answers() {}

  static GeneralResponse ok() {
    return refusal(0, "ok");
  }

  static GeneralResponse refusal(int code, String words) {
    return GeneralResponse.newBuilder().setCode(code).setMsg(words).build();
  }

  static ShowTableResponse tables(TableInfo... tables) {
    ShowTableResponse.Builder answer = ShowTableResponse.newBuilder().setCode(0);
    for (TableInfo table : tables) {
      answer.addTableInfo(table);
    }
    return answer.build();
  }

  /** A table of one partition with a leader that has figures and a follower that has none. */
  static TableInfo flow() {
    return TableInfo.newBuilder()
        .setName("flow")
        .setTid(4)
        .setPartitionNum(1)
        .setReplicaNum(2)
        .addColumnDesc(ColumnDesc.newBuilder().setName("card").setDataType(DataType.kVarchar))
        .addColumnDesc(
            ColumnDesc.newBuilder().setName("amt").setDataType(DataType.kInt).setNotNull(true))
        .addColumnKey(
            ColumnKey.newBuilder()
                .setIndexName("idx")
                .addColName("card")
                .setTtl(
                    TTLSt.newBuilder().setTtlType(TTLType.kAbsAndLat).setAbsTtl(60).setLatTtl(5)))
        .addTablePartition(
            TablePartition.newBuilder()
                .setPid(0)
                .setRecordCnt(3)
                .setRecordByteSize(9_347)
                .addPartitionMeta(
                    PartitionMeta.newBuilder()
                        .setEndpoint("10.0.0.1:8541")
                        .setIsLeader(true)
                        .setOffset(12)
                        .setRecordCnt(3)
                        .setRecordByteSize(9_347)
                        .setDiskused(498))
                .addPartitionMeta(
                    PartitionMeta.newBuilder()
                        .setEndpoint("10.0.0.2:8541")
                        .setIsLeader(false)
                        .setIsAlive(false)))
        .build();
  }
}
