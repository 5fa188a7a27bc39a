package io.holdfast.tablet.rpc;

import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.TableMeta;
import io.holdfast.protocol.openmldb.tablet.TableState;
import io.holdfast.protocol.openmldb.tablet.TableStatus;
import io.holdfast.protocol.openmldb.tablet.TsIdxStatus;
import io.holdfast.protocol.openmldb.type.CompressType;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.tablet.partition.DiskReplicaStore;
import io.holdfast.tablet.partition.PartitionLoop;
import io.holdfast.tablet.partition.StorageModes;
import io.holdfast.tablet.replication.ReplicaView;
import io.holdfast.tablet.storage.StorageEngine;

/** A replica in OpenMLDB's words. On the replica's loop. */
final class TableStatuses {
  private TableStatuses() {}

  static TableStatus of(PartitionId partition, PartitionLoop loop) {
    ReplicaView view = loop.host().view(partition);
    DiskReplicaStore store = loop.store(partition);
    StorageEngine engine = store.engine();
    TableStatus.Builder status =
        TableStatus.newBuilder()
            .setTid(partition.tid())
            .setPid(partition.pid())
            .setName(store.table().name())
            .setMode(StatusCalls.mode(view))
            .setState(state(view))
            .setOffset(view.history().lastOffset())
            .setIsExpire(true)
            .setTimeOffset(0)
            .setRecordCnt(engine.rowCount())
            .setRecordByteSize(engine.rowBytes())
            .setRecordIdxByteSize(engine.overheadBytes())
            .setRecordPkCnt(engine.keyCount(store.schema().firstIndex().position()))
            .setCompressType(CompressType.kNoCompress)
            .setStorageMode(StorageModes.of(store.table()));
    long entries = 0;
    for (IndexDef index : store.schema().indexes()) {
      if (index.live()) {
        long count = engine.entryCount(index.position());
        entries += count;
        status.addTsIdxStatus(TsIdxStatus.newBuilder().setIdxName(index.name()).addSegCnts(count));
      }
    }
    return status.setIdxCnt(entries).build();
  }

  private static TableState state(ReplicaView view) {
    if (!view.flags().isTrusted()) {
      // OpenMLDB has no state for damage; "undefined" is what makes its tools complain.
      return TableState.kTableUndefined;
    }
    if (view.isMakingSnapshot()) {
      return TableState.kMakingSnapshot;
    }
    return view.isSnapshotPaused() ? TableState.kSnapshotPaused : TableState.kTableNormal;
  }

  static TableMeta meta(PartitionId partition, PartitionLoop loop) {
    ReplicaView view = loop.host().view(partition);
    DiskReplicaStore store = loop.store(partition);
    // As this replica has it by now.
    TableInfo.Builder definition =
        AlterationsCodec.altered(store.table(), store.engine().alterations());
    return TableMeta.newBuilder()
        .setTid(partition.tid())
        .setPid(partition.pid())
        .setName(store.table().name())
        .setDb(store.table().db())
        .setMode(StatusCalls.mode(view))
        .setTerm(view.term())
        .setStorageMode(StorageModes.of(store.table()))
        .addAllColumnDesc(definition.getColumnDescList())
        .addAllAddedColumnDesc(definition.getAddedColumnDescList())
        .addAllSchemaVersions(definition.getSchemaVersionsList())
        .addAllColumnKey(definition.getColumnKeyList())
        .build();
  }
}
