package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.AdminDesk.Plan;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.PartitionWishes;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
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
  private final Goals goals;

  PlacementDesk(TabletRegistry tablets, PlannedChanges changes, Goals goals) {
    this.tablets = tablets;
    this.changes = changes;
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
          : new Plan(null, List.of(), goals.led(record.id(), change.target()));
    }
    if (record.members().size() == 1) {
      return Plan.refuse(
          AdminResult.NO_FOLLOWER,
          "no follower: "
              + record.leader()
              + " holds the only copy of partition "
              + record.id()
              + " that is in sync");
    }
    if (tablets.isAlive(record.leader()) && !change.evenIfAlive()) {
      return Plan.refuse(
          AdminResult.LEADER_IS_ALIVE, "leader is alive; name a follower, or say auto");
    }
    NodeId target = change.target() == null ? anyone(record, state) : change.target();
    if (target == null) {
      return Plan.refuse(AdminResult.NO_ALIVE_FOLLOWER, "no alive follower");
    }
    if (!record.members().contains(target)) {
      return Plan.refuse(
          AdminResult.CREATE_OP_FAILED,
          target
              + " is not in sync in partition "
              + record.id()
              + "; in sync are "
              + record.members().tablets());
    }
    if (!changes.canTakeOver(record, target)) {
      return Plan.refuse(
          AdminResult.CREATE_OP_FAILED, target + " is not an alive healthy follower");
    }
    if (!changes.mayLead(record, target, state)) {
      return Plan.refuse(
          AdminResult.CREATE_OP_FAILED,
          target + " is departing, out of service or to be removed: it would not lead for long");
    }
    MetaChange wish = change(record.withWishes(record.wishes().withNextLeader(target)), state);
    return new Plan(null, List.of(wish), goals.led(record.id(), target));
  }

  private NodeId anyone(PartitionRecord record, ClusterState state) {
    NodeId best = null;
    for (NodeId tablet : record.members().tablets()) {
      if (changes.canTakeOver(record, tablet)
          && changes.mayLead(record, tablet, state)
          && (best == null || state.leadersOn(tablet) < state.leadersOn(best))) {
        best = tablet;
      }
    }
    return best;
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
      if (record.members().contains(tablet) && !canSpareOne(record, state)) {
        (record.members().size() == 1 ? last : few).add(id);
      }
    }
    if (!last.isEmpty() || !few.isEmpty()) {
      return cannotSpare(tablet, last, few);
    }
    List<MetaChange> switched =
        state.isOffline(tablet) ? List.of() : List.of(new MetaChange.TabletSwitched(tablet, true));
    return new Plan(null, switched, goals.outOfService(tablet));
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

  private static boolean canSpareOne(PartitionRecord record, ClusterState state) {
    TableOptions options = state.table(record.id().tid()).options();
    return MemberAdvice.canSpareOne(record, options);
  }

  Plan recover(AdminCommand.RecoverEndpoint recover, ClusterState state) {
    NodeId tablet = recover.tablet();
    if (tablets.find(tablet) == null) {
      return noEndpoint(tablet);
    }
    if (!tablets.isAlive(tablet)) {
      return notHealthy(tablet);
    }
    List<MetaChange> result = new ArrayList<>();
    if (state.isOffline(tablet)) {
      result.add(new MetaChange.TabletSwitched(tablet, false));
    }
    for (PartitionId id : state.partitionIds()) {
      PartitionRecord record = state.partition(id);
      PartitionWishes wishes = record.wishes();
      // By itself only what is missing is filled up, and nothing in manual mode.
      if (record.learners().contains(tablet)
          && !wishes.lasting().contains(tablet)
          && !wishes.joining().contains(tablet)
          && !wishes.isLeaving(tablet)) {
        result.add(change(record.withWishes(wishes.withJoining(tablet)), state));
      }
    }
    return result.isEmpty() ? Plan.of(AdminResult.OK) : new Plan(null, result, null);
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
    List<MetaChange> result = new ArrayList<>();
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
      if (record.involves(tablet)) {
        return Plan.refuse(AdminResult.REPLICA_EXISTS, "pid " + pid + " is exist in " + tablet);
      }
      List<NodeId> learners = new ArrayList<>(record.learners());
      learners.add(tablet);
      PartitionWishes wishes =
          add.learner() ? record.wishes().withLasting(tablet) : record.wishes().withJoining(tablet);
      result.add(change(record.withLearners(learners, wishes), state));
    }
    return new Plan(null, result, null);
  }

  Plan promote(AdminCommand.Promote promote, ClusterState state) {
    NodeId tablet = promote.tablet();
    TableSpec table = state.table(promote.db(), promote.table());
    if (table == null) {
      return noTable();
    }
    List<MetaChange> result = new ArrayList<>();
    for (int pid : promote.pids()) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      if (record == null) {
        return noPartition(pid);
      }
      if (!record.involves(tablet) || record.wishes().isLeaving(tablet)) {
        return notThere(pid, tablet);
      }
      PartitionWishes wishes = record.wishes();
      if (record.learners().contains(tablet) && !wishes.joining().contains(tablet)) {
        result.add(change(record.withWishes(wishes.withJoining(tablet)), state));
      }
    }
    return result.isEmpty() ? Plan.of(AdminResult.OK) : new Plan(null, result, null);
  }

  Plan remove(AdminCommand.DelReplica remove, ClusterState state) {
    NodeId tablet = remove.tablet();
    TableSpec table = state.table(remove.db(), remove.table());
    if (table == null) {
      return noTable();
    }
    List<MetaChange> result = new ArrayList<>();
    List<PartitionId> partitions = new ArrayList<>();
    for (int pid : remove.pids()) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      if (record == null) {
        return noPartition(pid);
      }
      if (!record.involves(tablet)) {
        return notThere(pid, tablet);
      }
      if (record.members().contains(tablet) && !canSpareOne(record, state)) {
        List<PartitionId> one = List.of(record.id());
        return record.members().size() == 1
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
      partitions.add(record.id());
      if (!record.wishes().isLeaving(tablet)) {
        PartitionWishes wishes = record.wishes().withLeaving(copy(record, tablet));
        result.add(change(record.withWishes(wishes), state));
      }
    }
    return new Plan(null, result, goals.removed(partitions, tablet));
  }

  /** The copy that a tablet has now; one that is not known cannot be put aside, only forgotten. */
  private Member copy(PartitionRecord record, NodeId tablet) {
    Member member = record.members().find(tablet);
    if (member != null && member.uid().isKnown()) {
      return member;
    }
    TabletHealth health = tablets.find(tablet);
    ReplicaStatus status = health == null ? null : health.replica(record.id());
    return new Member(tablet, status == null ? ReplicaUid.UNKNOWN : status.uid());
  }

  // ---- words

  private static MetaChange change(PartitionRecord next, ClusterState state) {
    return new MetaChange.PartitionChanged(next, state.nodeVersion(next.id()));
  }

  private static Plan noTable() {
    return Plan.refuse(AdminResult.TABLE_DOES_NOT_EXIST, "table does not exist");
  }

  private static Plan noPartition(int pid) {
    return Plan.refuse(AdminResult.PARTITION_NOT_FOUND, "pid " + pid + " does not exist");
  }

  private static Plan notThere(int pid, NodeId tablet) {
    return Plan.refuse(AdminResult.PARTITION_NOT_FOUND, "pid " + pid + " is not in " + tablet);
  }

  private static Plan noEndpoint(NodeId tablet) {
    return Plan.refuse(
        AdminResult.ENDPOINT_NOT_FOUND, "endpoint does not exist: " + tablet + " (showtablet)");
  }

  private static Plan notHealthy(NodeId tablet) {
    return Plan.refuse(
        AdminResult.TABLET_NOT_HEALTHY, "tablet is not healthy: " + tablet + " (showtablet)");
  }
}
