package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.AdminDesk.Plan;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands about who leads and where replicas are. Each becomes a wish in the records, which is
 * carried out step by step, by whichever nameserver is active.
 */
final class PlacementDesk {
  private final TabletRegistry tablets;
  private final PlannedChanges changes;
  private final LeaderPlan leaders;
  private final Candidates candidates;
  private final Goals goals;

  PlacementDesk(TabletRegistry tablets, PlannedChanges changes, Goals goals) {
    this.tablets = tablets;
    this.changes = changes;
    this.candidates = new Candidates(tablets);
    this.leaders = new LeaderPlan(changes, goals, candidates);
    this.goals = goals;
  }

  // ---- who leads

  Plan changeLeader(AdminCommand.ChangeLeader change, ClusterState state) {
    TableSpec table = state.table(change.db(), change.table());
    if (table == null) {
      return noTable();
    }
    PartitionRecord record = state.partition(new PartitionId(table.tid(), change.pid()));
    if (record == null) {
      return noPartition(change.pid());
    }
    if (record.phase() == Phase.ELECT) {
      return Plan.refuse(
          AdminResult.CREATE_OP_FAILED,
          "a leader of partition " + record.id() + " is being elected just now; try again");
    }
    if (change.target() != null && change.target().equals(record.leader())) {
      // Named it is already; whether it leads is for it to say.
      return goals.hasActiveLeader(record.id(), state)
          ? Plan.of(AdminResult.OK)
          : led(change, record, table);
    }
    if (record.dataMembers().size() == 1) {
      String why =
          "no follower: "
              + record.leader()
              + " holds the only copy of partition "
              + record.id()
              + " that is in sync; "
              + candidates.whyNone(record, state);
      return Plan.of(
          new AdminResult(AdminResult.NO_FOLLOWER, why)
              .withReasons(candidates.reasons(record, state)));
    }
    if (tablets.isAlive(record.leader()) && !change.evenIfAlive()) {
      return Plan.refuse(
          AdminResult.LEADER_IS_ALIVE,
          "leader is alive; name a follower, or say auto (switchover does)");
    }
    NodeId target = change.target() == null ? leaders.anyone(record, state) : change.target();
    if (target == null) {
      return Plan.of(
          new AdminResult(AdminResult.NO_ALIVE_FOLLOWER, leaders.whyNone(record, state))
              .withReasons(candidates.reasons(record, state)));
    }
    String unfit = candidates.whyNot(record, target, state);
    if (unfit != null) {
      String why = unfit + "; in sync are " + record.members().tablets();
      return Plan.of(
          new AdminResult(AdminResult.CREATE_OP_FAILED, why).withReasons(List.of(unfit)));
    }
    return led(change, record, table);
  }

  private static Plan led(
      AdminCommand.ChangeLeader change, PartitionRecord record, TableSpec table) {
    OpGoal goal =
        new OpGoal(
            OpType.CHANGE_LEADER,
            table.db(),
            table.name(),
            record.id(),
            record.leader(),
            change.target(),
            false,
            0);
    return Plan.awaited(List.of(OpDraft.command(goal, "changeleader")));
  }

  // ---- whole tablets

  Plan offline(AdminCommand.OfflineEndpoint offline, ClusterState state) {
    NodeId tablet = offline.tablet();
    if (tablets.find(tablet) == null) {
      return noEndpoint(tablet);
    }
    List<PartitionId> last = new ArrayList<>();
    List<PartitionId> few = new ArrayList<>();
    for (PartitionId id : state.partitionIds()) {
      PartitionRecord record = state.partition(id);
      if (record.members().contains(tablet) && !canSpare(record, tablet, state)) {
        (record.dataMembers().size() == 1 ? last : few).add(id);
      }
    }
    if (!last.isEmpty() || !few.isEmpty()) {
      return cannotSpare(tablet, last, few);
    }
    OpRecord open = openOp(OpType.OFFLINE_ENDPOINT, null, tablet, state);
    if (open != null) {
      return new Plan(null, List.of(), OpGoals.over(List.of(open.id())));
    }
    OpGoal goal = OpGoal.ofTablet(OpType.OFFLINE_ENDPOINT, tablet);
    return Plan.awaited(List.of(OpDraft.command(goal, "offlineendpoint")))
        .with(TabletOps.switched(tablet, true, state));
  }

  private static Plan cannotSpare(NodeId tablet, List<PartitionId> last, List<PartitionId> few) {
    StringBuilder text = new StringBuilder();
    if (!last.isEmpty()) {
      text.append(tablet).append(" holds the only copy that is in sync of partitions ");
      text.append(Goals.list(last)).append("; ");
    }
    if (!few.isEmpty()) {
      text.append("without ").append(tablet);
      text.append(" fewer copies than min_insync would be in sync in partitions ");
      text.append(Goals.list(few)).append("; ");
    }
    text.append("nothing was changed. Wait until other replicas are in sync (showtable), or add");
    text.append(" some (addreplica)");
    return Plan.refuse(AdminResult.CREATE_OP_FAILED, text.toString());
  }

  private static boolean canSpare(PartitionRecord record, NodeId tablet, ClusterState state) {
    TableOptions options = state.table(record.id().tid()).options();
    return MemberAdvice.canSpare(record, tablet, options);
  }

  Plan recover(AdminCommand.RecoverEndpoint recover, ClusterState state) {
    NodeId tablet = recover.tablet();
    if (tablets.find(tablet) == null) {
      return noEndpoint(tablet);
    }
    if (!tablets.isAlive(tablet)) {
      return notHealthy(tablet);
    }
    MetaChange drained = BalanceDesk.drained(tablet, false, state);
    if (drained == null && openOp(OpType.RECOVER_ENDPOINT, null, tablet, state) != null) {
      return Plan.of(AdminResult.OK);
    }
    OpGoal goal = OpGoal.ofTablet(OpType.RECOVER_ENDPOINT, tablet);
    return Plan.begun(List.of(OpDraft.command(goal, "recoverendpoint")))
        .with(TabletOps.switched(tablet, false, state))
        .with(drained);
  }

  // ---- single replicas

  Plan add(AdminCommand.AddReplica add, ClusterState state) {
    NodeId tablet = add.tablet();
    if (!tablets.isAlive(tablet)) {
      return notHealthy(tablet);
    }
    TableSpec table = state.table(add.db(), add.table());
    if (table == null) {
      return noTable();
    }
    List<OpDraft> ops = new ArrayList<>();
    for (int pid : add.pids()) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      if (record == null) {
        return noPartition(pid);
      }
      if (record.wishes().isLeaving(tablet)) {
        return Plan.refuse(
            AdminResult.REPLICA_EXISTS,
            "the former replica of pid " + pid + " on " + tablet + " is just being removed");
      }
      boolean coming =
          openOp(OpType.ADD_REPLICA, record.id(), tablet, state) != null
              || openOp(OpType.MIGRATE, record.id(), tablet, state) != null;
      if (record.involves(tablet) || coming) {
        return Plan.refuse(AdminResult.REPLICA_EXISTS, "pid " + pid + " is exist in " + tablet);
      }
      String unfit = Spares.whyNot(record, null, tablet, state);
      if (unfit != null) {
        return Plan.refuse(AdminResult.CREATE_OP_FAILED, unfit);
      }
      String needless = add.witness() ? Witnesses.whyNotNeeded(record, table.options()) : null;
      if (needless != null) {
        return Plan.refuse(AdminResult.INVALID_PARAMETER, needless);
      }
      OpGoal goal =
          add.witness()
              ? goal(OpType.ADD_REPLICA, table, record, tablet, false).asWitness()
              : goal(OpType.ADD_REPLICA, table, record, tablet, add.learner());
      ops.add(OpDraft.command(goal, "addreplica"));
    }
    return Plan.begun(ops);
  }

  Plan promote(AdminCommand.Promote promote, ClusterState state) {
    NodeId tablet = promote.tablet();
    TableSpec table = state.table(promote.db(), promote.table());
    if (table == null) {
      return noTable();
    }
    List<OpDraft> ops = new ArrayList<>();
    for (int pid : promote.pids()) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      if (record == null) {
        return noPartition(pid);
      }
      if (!record.involves(tablet) || record.wishes().isLeaving(tablet)) {
        return notThere(pid, tablet);
      }
      if (openOp(OpType.PROMOTE_REPLICA, record.id(), tablet, state) == null) {
        OpGoal goal = goal(OpType.PROMOTE_REPLICA, table, record, tablet, false);
        ops.add(OpDraft.command(goal, "promote"));
      }
    }
    return Plan.begun(ops);
  }

  Plan remove(AdminCommand.DelReplica remove, ClusterState state) {
    NodeId tablet = remove.tablet();
    TableSpec table = state.table(remove.db(), remove.table());
    if (table == null) {
      return noTable();
    }
    List<OpDraft> ops = new ArrayList<>();
    for (int pid : remove.pids()) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      if (record == null) {
        return noPartition(pid);
      }
      if (!record.involves(tablet)) {
        return notThere(pid, tablet);
      }
      if (record.members().contains(tablet) && !canSpare(record, tablet, state)) {
        List<PartitionId> one = List.of(record.id());
        return record.dataMembers().size() == 1
            ? cannotSpare(tablet, one, List.of())
            : cannotSpare(tablet, List.of(), one);
      }
      if (tablet.equals(record.leader())) {
        return Plan.refuse(
            AdminResult.IS_LEADER,
            "can not del leader. pid "
                + pid
                + " endpoint "
                + tablet
                + "; have another one lead first (changeleader)");
      }
      OpGoal goal = goal(OpType.DEL_REPLICA, table, record, tablet, false);
      ops.add(OpDraft.command(goal, "delreplica"));
    }
    return Plan.awaited(ops);
  }

  private static OpGoal goal(
      OpType type, TableSpec table, PartitionRecord record, NodeId target, boolean learner) {
    return new OpGoal(type, table.db(), table.name(), record.id(), null, target, learner, 0);
  }

  /** An operation of this kind that is not over; null for none. */
  static OpRecord openOp(OpType type, PartitionId partition, NodeId target, ClusterState state) {
    for (long id : partition == null ? state.ops().open() : state.ops().of(partition)) {
      OpRecord op = state.ops().find(id);
      OpGoal goal = op.goal();
      if (!op.isOver() && goal.type() == type && target.equals(goal.target())) {
        return op;
      }
    }
    return null;
  }

  // ---- words

  static Plan noTable() {
    return Plan.refuse(AdminResult.TABLE_DOES_NOT_EXIST, "table does not exist");
  }

  static Plan noPartition(int pid) {
    return Plan.refuse(AdminResult.PARTITION_NOT_FOUND, "pid " + pid + " does not exist");
  }

  static Plan notThere(int pid, NodeId tablet) {
    return Plan.refuse(AdminResult.PARTITION_NOT_FOUND, "pid " + pid + " is not in " + tablet);
  }

  static Plan noEndpoint(NodeId tablet) {
    return Plan.refuse(
        AdminResult.ENDPOINT_NOT_FOUND, "endpoint does not exist: " + tablet + " (showtablet)");
  }

  static Plan notHealthy(NodeId tablet) {
    return Plan.refuse(
        AdminResult.TABLET_NOT_HEALTHY, "tablet is not healthy: " + tablet + " (showtablet)");
  }
}
