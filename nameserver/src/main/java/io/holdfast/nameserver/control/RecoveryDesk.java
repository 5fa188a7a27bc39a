package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.AdminDesk.Plan;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;

/** Commands that move replicas, bring them back, or have them saved. Each becomes operations. */
final class RecoveryDesk {
  private final TabletRegistry tablets;

  RecoveryDesk(TabletRegistry tablets) {
    this.tablets = tablets;
  }

  Plan migrate(AdminCommand.Migrate move, ClusterState state) {
    if (!tablets.isAlive(move.source())) {
      return Plan.refuse(
          AdminResult.SOURCE_NOT_HEALTHY, "src_endpoint does not exist or not healthy");
    }
    if (!tablets.isAlive(move.target())) {
      return Plan.refuse(
          AdminResult.TARGET_NOT_HEALTHY, "des_endpoint does not exist or not healthy");
    }
    TableSpec table = state.table(move.db(), move.table());
    if (table == null) {
      return PlacementDesk.noTable();
    }
    if (state.isOffline(move.target())) {
      return Plan.refuse(
          AdminResult.MIGRATE_FAILED,
          move.target() + " is out of service; put it back first (recoverendpoint)");
    }
    List<OpDraft> ops = new ArrayList<>();
    for (int pid : move.pids()) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      String refusal = refusal(move, record, pid, table, state);
      if (refusal != null) {
        return Plan.refuse(AdminResult.MIGRATE_FAILED, refusal);
      }
      OpGoal goal =
          new OpGoal(
              OpType.MIGRATE,
              table.db(),
              table.name(),
              record.id(),
              move.source(),
              move.target(),
              false,
              0);
      ops.add(OpDraft.command(goal, "migrate"));
    }
    return Plan.begun(ops);
  }

  private static String refusal(
      AdminCommand.Migrate move,
      PartitionRecord record,
      int pid,
      TableSpec table,
      ClusterState state) {
    String name = " name[" + table.name() + "]";
    if (record == null
        || !record.involves(move.source())
        || record.wishes().isLeaving(move.source())) {
      return "src_endpoint[" + move.source() + "] has not partition[" + pid + "]." + name;
    }
    boolean coming =
        PlacementDesk.openOp(OpType.ADD_REPLICA, record.id(), move.target(), state) != null
            || PlacementDesk.openOp(OpType.MIGRATE, record.id(), move.target(), state) != null;
    return record.involves(move.target()) || coming
        ? "partition[" + pid + "] is already in des_endpoint[" + move.target() + "]." + name
        : Spares.whyNot(record, move.source(), move.target(), state);
  }

  Plan recoverTable(AdminCommand.RecoverTable recover, ClusterState state) {
    NodeId tablet = recover.tablet();
    if (tablets.find(tablet) == null) {
      return PlacementDesk.noEndpoint(tablet);
    }
    if (!tablets.isAlive(tablet)) {
      return PlacementDesk.notHealthy(tablet);
    }
    TableSpec table = state.table(recover.db(), recover.table());
    if (table == null) {
      return PlacementDesk.noTable();
    }
    PartitionRecord record = state.partition(new PartitionId(table.tid(), recover.pid()));
    if (record == null) {
      return PlacementDesk.noPartition(recover.pid());
    }
    if (!record.involves(tablet) || record.wishes().isLeaving(tablet)) {
      return PlacementDesk.notThere(recover.pid(), tablet);
    }
    // One that is in sync already makes an operation, too: scripts look for it.
    OpGoal goal = goal(OpType.RECOVER_TABLE, table, record.id(), tablet, 0);
    return Plan.begun(List.of(OpDraft.command(goal, "recovertable")));
  }

  Plan updateAlive(AdminCommand.UpdateTableAlive update, ClusterState state) {
    NodeId tablet = update.tablet();
    if (tablets.find(tablet) == null) {
      return PlacementDesk.noEndpoint(tablet);
    }
    TableSpec table = state.table(update.db(), update.table());
    if (table == null) {
      return PlacementDesk.noTable();
    }
    List<OpDraft> ops = new ArrayList<>();
    boolean any = false;
    for (int pid = 0; pid < table.partitions(); pid++) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      boolean meant = update.pid() < 0 || update.pid() == pid;
      if (meant && record != null && record.involves(tablet)) {
        any = true;
        if (update.alive()) {
          OpGoal goal = goal(OpType.UPDATE_TABLE_ALIVE, table, record.id(), tablet, 0);
          ops.add(OpDraft.command(goal, "updatetablealive yes"));
        }
      }
    }
    if (!any) {
      return Plan.refuse(AdminResult.NO_PARTITION_UPDATED, "no pid has update");
    }
    // What is in sync is not made to be out of sync by saying so.
    return ops.isEmpty() ? Plan.of(AdminResult.OK) : Plan.begun(ops);
  }

  Plan makeSnapshot(AdminCommand.MakeSnapshot make, ClusterState state) {
    TableSpec table = state.table(make.db(), make.table());
    if (table == null) {
      return PlacementDesk.noTable();
    }
    PartitionRecord record = state.partition(new PartitionId(table.tid(), make.pid()));
    if (record == null) {
      return PlacementDesk.noPartition(make.pid());
    }
    NodeId leader = record.leader();
    boolean up = leader != null && tablets.isAlive(leader);
    ReplicaStatus status = up ? tablets.find(leader).replica(record.id()) : null;
    if (status == null) {
      return Plan.refuse(
          AdminResult.CREATE_OP_FAILED,
          "partition " + record.id() + " has no leader that is up; try again when it has");
    }
    OpGoal goal = goal(OpType.MAKE_SNAPSHOT, table, record.id(), null, status.applied());
    return Plan.begun(List.of(OpDraft.command(goal, "makesnapshot")));
  }

  private static OpGoal goal(
      OpType type, TableSpec table, PartitionId partition, NodeId target, long mark) {
    return new OpGoal(type, table.db(), table.name(), partition, null, target, false, mark);
  }
}
