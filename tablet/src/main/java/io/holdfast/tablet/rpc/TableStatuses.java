package io.holdfast.tablet.rpc;

import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.TableMeta;
import io.holdfast.protocol.openmldb.tablet.TableMode;
import io.holdfast.protocol.openmldb.tablet.TableState;
import io.holdfast.protocol.openmldb.tablet.TableStatus;
import io.holdfast.protocol.openmldb.tablet.TsIdxStatus;
import io.holdfast.protocol.openmldb.type.CompressType;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.tablet.partition.DiskReplicaStore;
import io.holdfast.tablet.partition.LoadProgress;
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
            .setState(state(view, store))
            .setOffset(view.history().lastOffset())
            .setIsExpire(true)
            .setTimeOffset(0)
            .setRecordCnt(engine.rowCount())
            .setRecordByteSize(engine.rowBytes())
            .setRecordIdxByteSize(engine.overheadBytes())
            .setRecordPkCnt(engine.keyCount(store.schema().firstIndex().position()))
            .setCompressType(CompressType.kNoCompress)
            .setStorageMode(StorageModes.of(store.table()))
            .setBinlogPath(store.binlogPath().toString())
            .setSnapshotPath(store.snapshotsPath().toString());
    if (isLoading(view, store)) {
      status.setLoadPercent(store.loadPercent());
    }
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

  /** A replica whose files are being read. */
  static TableStatus of(LoadProgress loading) {
    return TableStatus.newBuilder()
        .setTid(loading.partition().tid())
        .setPid(loading.partition().pid())
        .setName(loading.table())
        .setMode(TableMode.kTableFollower)
        .setState(TableState.kTableLoading)
        .setLoadPercent(loading.percent())
        .build();
  }

  /**
   * Whether the replica has records to apply that its log had at start. Not while no leader says
   * which of them are committed: OpenMLDB's tools would wait for ever for what they are about to
   * order themselves.
   */
  private static boolean isLoading(ReplicaView view, DiskReplicaStore store) {
    return !store.isLoaded() && view.commit() > view.applied();
  }

  private static TableState state(ReplicaView view, DiskReplicaStore store) {
    if (!view.flags().isTrusted()) {
      // OpenMLDB has no state for damage; "undefined" is what makes its tools complain.
      return TableState.kTableUndefined;
    }
    if (isLoading(view, store)) {
      return TableState.kTableLoading;
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
