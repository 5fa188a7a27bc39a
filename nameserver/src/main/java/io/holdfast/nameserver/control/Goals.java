package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** The goals that commands have. */
final class Goals {
  private static final int NAMED = 8;

  private final TabletRegistry tablets;

  Goals(TabletRegistry tablets) {
    this.tablets = tablets;
  }

  /** Whether the leader in a partition's record has said that it serves. */
  boolean hasActiveLeader(PartitionId id, ClusterState state) {
    PartitionRecord record = state.partition(id);
    if (record == null || record.phase() != Phase.LEAD) {
      return false;
    }
    TabletHealth health = tablets.find(record.leader());
    ReplicaStatus status = health == null ? null : health.replica(id);
    return status != null && status.term() == record.term() && status.active();
  }

  /** Every partition of a new table has an active leader. */
  Goal served(int tid) {
    return new Goal() {
      @Override
      public AdminResult reached(ClusterState state) {
        TableSpec table = state.table(tid);
        if (table == null) {
          return new AdminResult(AdminResult.CREATE_FAILED, "the table was dropped meanwhile");
        }
        return missing(table, state) == 0 ? AdminResult.OK : null;
      }

      @Override
      public AdminResult overdue(ClusterState state) {
        return new AdminResult(
            AdminResult.CREATE_FAILED,
            "the table is there, but "
                + missing(state.table(tid), state)
                + " of its partitions have no leader yet; look at showtable");
      }

      private int missing(TableSpec table, ClusterState state) {
        int missing = 0;
        for (int pid = 0; pid < table.partitions(); pid++) {
          missing += hasActiveLeader(new PartitionId(table.tid(), pid), state) ? 0 : 1;
        }
        return missing;
      }
    };
  }

  /** Another one leads: the target, or whoever does when the wish for it has ended. */
  Goal led(PartitionId id, NodeId target) {
    return new Goal() {
      @Override
      public AdminResult reached(ClusterState state) {
        PartitionRecord record = state.partition(id);
        if (record == null) {
          return new AdminResult(
              AdminResult.TABLE_DOES_NOT_EXIST, "the table was dropped meanwhile");
        }
        if (record.phase() != Phase.LEAD || Objects.equals(record.wishes().nextLeader(), target)) {
          return null;
        }
        if (record.leader().equals(target)) {
          return hasActiveLeader(id, state) ? AdminResult.OK : null;
        }
        return new AdminResult(
            AdminResult.CREATE_OP_FAILED,
            target
                + " did not become the leader of partition "
                + id
                + ": it did not catch up in time, or is not well any more; "
                + record.leader()
                + " leads");
      }

      @Override
      public AdminResult overdue(ClusterState state) {
        return new AdminResult(
            AdminResult.CREATE_OP_FAILED,
            "partition "
                + id
                + " has no new leader that serves yet; look at its condition (recoverdata"
                + " --dry-run)");
      }
    };
  }

  /** A tablet leads nothing and is in no in-sync set. */
  Goal outOfService(NodeId tablet) {
    return none(
        record -> record.members().contains(tablet),
        tablet + " is still in sync in partitions ",
        "; it is gone on with as soon as other replicas of them are in sync, look at showtable");
  }

  /** A tablet has no part in these partitions. */
  Goal removed(List<PartitionId> partitions, NodeId tablet) {
    return none(
        record -> partitions.contains(record.id()) && record.involves(tablet),
        tablet + " still has a part in partitions ",
        "; it is gone on with, look at showtable");
  }

  private static Goal none(Predicate<PartitionRecord> unmet, String before, String after) {
    return new Goal() {
      @Override
      public AdminResult reached(ClusterState state) {
        return unmet(state).isEmpty() ? AdminResult.OK : null;
      }

      @Override
      public AdminResult overdue(ClusterState state) {
        return new AdminResult(AdminResult.CREATE_OP_FAILED, before + list(unmet(state)) + after);
      }

      private List<PartitionId> unmet(ClusterState state) {
        List<PartitionId> result = new ArrayList<>();
        for (PartitionId id : state.partitionIds()) {
          if (unmet.test(state.partition(id))) {
            result.add(id);
          }
        }
        return result;
      }
    };
  }

  /** Partitions for a message: the first ones by name, the others by their number. */
  static String list(List<PartitionId> partitions) {
    List<String> names = new ArrayList<>();
    partitions.stream().limit(NAMED).forEach(id -> names.add(id.toString()));
    int more = partitions.size() - names.size();
    return String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }
}
