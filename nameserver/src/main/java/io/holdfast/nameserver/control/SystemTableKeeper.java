package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.TableSpec;
import java.util.List;

/**
 * Has the cluster have its system tables, which clients of OpenMLDB count on: decides which command
 * the nameserver gives itself next. Nothing is remembered of what was done; a command that failed
 * is found missing at the next look.
 *
 * <p>The tables begin with as many copies as there are tablets for, and get more when there are
 * more tablets.
 */
final class SystemTableKeeper {
  private static final long LOOK_NANOS = 500_000_000L;

  private final List<TableSpec> wanted;
  private final Spares spares;

  /** With fewer tablets than copies are wanted, their number must not have changed for so long. */
  private final long settleNanos;

  private long lookedAt = PartitionWatch.NEVER;
  private int seen;
  private long seenSince = PartitionWatch.NEVER;
  private boolean waiting;

  /**
   * @param wanted the system tables, with the number of copies that they shall have at most
   */
  SystemTableKeeper(List<TableSpec> wanted, Spares spares, long settleNanos) {
    this.wanted = wanted;
    this.spares = spares;
    this.settleNanos = settleNanos;
  }

  /**
   * What is to be done next; null for nothing. Whoever gets a command calls {@link #answered} when
   * it has ended; until then there is no other.
   */
  AdminCommand next(ClusterState state, long now) {
    if (wanted.isEmpty()
        || waiting
        || (lookedAt != PartitionWatch.NEVER && now - lookedAt < LOOK_NANOS)) {
      return null;
    }
    lookedAt = now;
    int room = room(state);
    if (room != seen) {
      seen = room;
      seenSince = now;
    }
    if (room == 0) {
      return null;
    }
    boolean settled = seenSince != PartitionWatch.NEVER && now - seenSince >= settleNanos;
    for (TableSpec table : wanted) {
      int most = table.options().replicas();
      if (room >= most || settled) {
        AdminCommand command = missing(table, Math.min(most, room), state);
        if (command != null) {
          waiting = true;
          return command;
        }
      }
    }
    return null;
  }

  /** The last command has ended, well or not. */
  void answered() {
    waiting = false;
  }

  /** How many copies of one partition there is room for. */
  private int room(ClusterState state) {
    List<NodeId> usable = spares.usable(state);
    return state.areHostsApart() ? (int) Spares.hosts(usable, state) : usable.size();
  }

  private static AdminCommand missing(TableSpec table, int copies, ClusterState state) {
    TableSpec there = state.table(table.db(), table.name());
    if (!state.databases().contains(table.db())) {
      return new AdminCommand.CreateDatabase(table.db(), true);
    } else if (there == null) {
      return new AdminCommand.CreateTable(
          table.withOptions(table.options().withReplicas(copies)), true);
    } else if (there.options().replicas() < copies
        && state.isAutoFailover()
        && !isResized(there, state)) {
      return new AdminCommand.SetReplicaNum(table.db(), table.name(), copies);
    }
    return null;
  }

  /** Whether its number of copies is being changed already. */
  private static boolean isResized(TableSpec table, ClusterState state) {
    for (long id : state.ops().open()) {
      OpRecord op = state.ops().find(id);
      if (op.goal().type() == OpType.SET_REPLICA_NUM
          && op.goal().db().equals(table.db())
          && op.goal().table().equals(table.name())) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is one of the tables that are kept here. */
  boolean isKept(String db, String name) {
    return wanted.stream().anyMatch(table -> table.db().equals(db) && table.name().equals(name));
  }

  /** Whether a table that is kept here is in a database. */
  boolean isKept(String db) {
    return wanted.stream().anyMatch(table -> table.db().equals(db));
  }
}
