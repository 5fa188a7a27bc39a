package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

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
    // What a tablet that is gone has said last is no evidence.
    boolean alive = tablets.isAlive(record.leader());
    ReplicaStatus status = alive ? tablets.find(record.leader()).replica(id) : null;
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
        return missing(table, state).isEmpty() ? AdminResult.OK : null;
      }

      @Override
      public AdminResult overdue(ClusterState state) {
        return new AdminResult(
            AdminResult.CREATE_FAILED,
            "the table is there, but "
                + missing(state.table(tid), state).size()
                + " of its partitions have no leader yet; look at showtable");
      }

      private List<PartitionId> missing(TableSpec table, ClusterState state) {
        return partitionsThat(table, id -> !hasActiveLeader(id, state));
      }
    };
  }

  /**
   * Every partition of a table has a leader that keeps its rows by the table's alterations.
   *
   * @param overdue code of the answer when that takes too long
   */
  Goal altered(int tid, int version, int overdue) {
    return new Goal() {
      @Override
      public AdminResult reached(ClusterState state) {
        TableSpec table = state.table(tid);
        if (table == null) {
          return new AdminResult(
              AdminResult.TABLE_DOES_NOT_EXIST, "the table was dropped meanwhile");
        }
        return behind(table, version, state).isEmpty() ? AdminResult.OK : null;
      }

      @Override
      public AdminResult overdue(ClusterState state) {
        return new AdminResult(
            overdue,
            "the table is altered, but the leaders of these partitions do not keep to it yet; they"
                + " are told until they do (showtable says how they are): "
                + list(behind(state.table(tid), version, state)));
      }
    };
  }

  /** Partitions without a leader that keeps their rows by this version of the alterations. */
  List<PartitionId> behind(TableSpec table, int version, ClusterState state) {
    return partitionsThat(
        table,
        id ->
            !hasActiveLeader(id, state)
                || tablets.find(state.partition(id).leader()).replica(id).alterations() < version);
  }

  private static List<PartitionId> partitionsThat(TableSpec table, Predicate<PartitionId> test) {
    return IntStream.range(0, table.partitions())
        .mapToObj(pid -> new PartitionId(table.tid(), pid))
        .filter(test)
        .toList();
  }

  /** Partitions for a message: the first ones by name, the others by their number. */
  static String list(List<PartitionId> partitions) {
    List<String> names = new ArrayList<>();
    partitions.stream().limit(NAMED).forEach(id -> names.add(id.toString()));
    int more = partitions.size() - names.size();
    return String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }
}
