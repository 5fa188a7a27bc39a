package io.holdfast.nameserver.view;

import io.holdfast.nameserver.control.PartitionCondition;
import io.holdfast.nameserver.control.TabletHealth;
import io.holdfast.nameserver.control.TabletRegistry;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.LossReport;
import io.holdfast.protocol.model.AddedIndex;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.row.AlterationsCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Tables in OpenMLDB's words. Pure functions.
 *
 * <p>A replica is shown as alive when its tablet is and it is in sync: OpenMLDB's operators wait
 * for that word before they take the next copy down, and its clients may read where it stands.
 */
public final class TableInfos {
  private TableInfos() {}

  /** A table as clients need it to find the leaders. */
  public static TableInfo published(TableSpec table, ClusterState state, TabletRegistry tablets) {
    return build(table, state, tablets, null);
  }

  /**
   * A table as operators want to see it, with what its replicas report.
   *
   * @param conditions how each partition is
   */
  public static TableInfo described(
      TableSpec table,
      ClusterState state,
      TabletRegistry tablets,
      Function<PartitionId, PartitionCondition> conditions) {
    return build(table, state, tablets, conditions);
  }

  private static TableInfo build(
      TableSpec table,
      ClusterState state,
      TabletRegistry tablets,
      Function<PartitionId, PartitionCondition> conditions) {
    TableInfo.Builder info = definition(table);
    for (int pid = 0; pid < table.partitions(); pid++) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      if (record != null) {
        TablePartition.Builder partition = partition(record, tablets, conditions != null);
        if (conditions != null) {
          PartitionCondition condition = conditions.apply(record.id());
          partition.setCondition(condition.code().name()).setConditionText(condition.text());
          LossReport loss = state.loss(record.id());
          if (loss != null && loss.open()) {
            partition.setDataLossAcknowledged(Recoveries.lossText(loss));
          }
          condition.waitsFor().forEach(tablet -> partition.addWaitsFor(tablet.endpoint()));
        }
        info.addTablePartition(partition);
      }
    }
    return info.build();
  }

  private static TableInfo.Builder definition(TableSpec table) {
    TableOptions options = table.options();
    TableInfo.Builder info = AlterationsCodec.altered(table, table.alterations());
    info.setName(table.name())
        .setDb(table.db())
        .setTid(table.tid())
        .setPartitionNum(table.partitions())
        .setReplicaNum(options.replicas())
        .setAcks(options.acks().name().toLowerCase(Locale.ROOT))
        .setMinInsync(options.minInsync())
        .setReadMode(options.reads().name().toLowerCase(Locale.ROOT))
        .setDurability(options.durability().name().toLowerCase(Locale.ROOT))
        .clearTablePartition();
    if (options.witnesses() > 0) {
      info.setWitnesses(options.witnesses());
    }
    int position = info.getColumnKeyCount() - table.alterations().indexes().size();
    for (AddedIndex index : table.alterations().indexes()) {
      if (!index.filled() && info.getColumnKey(position).getFlag() == 0) {
        info.addUnfilledIndexes(index.name());
      }
      position++;
    }
    // Readers outside protobuf do not know the default.
    return info.setStorageMode(info.getStorageMode());
  }

  private static TablePartition.Builder partition(
      PartitionRecord record, TabletRegistry tablets, boolean figures) {
    TablePartition.Builder partition = TablePartition.newBuilder().setPid(record.id().pid());
    for (NodeId tablet : holders(record)) {
      boolean witness = record.isWitness(tablet);
      if (witness && !figures) {
        // OpenMLDB's clients would read from it, and find nothing.
        continue;
      }
      boolean leads = tablet.equals(record.leader());
      PartitionMeta.Builder replica =
          PartitionMeta.newBuilder()
              .setEndpoint(tablet.endpoint())
              .setIsLeader(leads)
              .setIsAlive(tablets.isAlive(tablet) && record.members().contains(tablet));
      if (witness) {
        replica.setWitness(true);
      }
      if (figures) {
        ReplicaStatus status = status(tablets, tablet, record.id());
        if (leads && (status == null || status.role() != Role.LEADER)) {
          // Its tablet has restarted, and nobody leads until somebody is elected.
          replica.setIsAlive(false);
        }
        addFigures(replica, status);
        if (leads && status != null) {
          partition
              .setRecordCnt(status.rows())
              .setRecordByteSize(status.bytes())
              .setDiskused(status.diskBytes());
        }
      }
      partition.addPartitionMeta(replica);
    }
    return partition;
  }

  /** In the order of their endpoints, so that lines do not jump about when a leader changes. */
  private static List<NodeId> holders(PartitionRecord record) {
    List<NodeId> holders = new ArrayList<>(record.members().tablets());
    holders.addAll(record.learners());
    holders.sort(null);
    return holders;
  }

  private static ReplicaStatus status(TabletRegistry tablets, NodeId tablet, PartitionId id) {
    TabletHealth health = tablets.find(tablet);
    return health == null ? null : health.replica(id);
  }

  private static void addFigures(PartitionMeta.Builder replica, ReplicaStatus status) {
    if (status == null) {
      // The operations tool fails on a replica without an offset.
      replica.setOffset(0).setTabletHasPartition(false);
    } else {
      replica
          .setOffset(status.lastOffset())
          .setRecordCnt(status.rows())
          .setRecordByteSize(status.bytes())
          .setDiskused(status.diskBytes())
          .setTabletHasPartition(true);
    }
  }
}
