package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.AdminDesk.Plan;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.AddedIndex;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import java.util.List;
import java.util.SortedMap;

/**
 * Commands that alter a table. What is altered stands in the table's record first; the leaders of
 * its partitions are told until they have it, whoever they are by then.
 */
final class AlterDesk {
  private final Goals goals;

  AlterDesk(Goals goals) {
    this.goals = goals;
  }

  Plan setTtl(AdminCommand.SetTtl set, ClusterState state) {
    TableSpec table = state.table(set.db(), set.table());
    if (table == null || table.tid() != set.tid()) {
      return anotherTable(table);
    }
    SortedMap<Integer, TtlPolicy> before = table.alterations().ttls();
    boolean same = set.indexes().stream().allMatch(index -> set.ttl().equals(before.get(index)));
    Alterations wanted = table.alterations().withTtl(set.indexes(), set.ttl());
    return plan(table, same, wanted, state, AdminResult.UPDATE_TTL_FAILED);
  }

  Plan deleteIndex(AdminCommand.DeleteIndex delete, ClusterState state) {
    TableSpec table = state.table(delete.db(), delete.table());
    if (table == null || table.tid() != delete.tid()) {
      return anotherTable(table);
    }
    boolean same = table.alterations().deleted().contains(delete.index());
    Alterations wanted = table.alterations().without(delete.index());
    return plan(table, same, wanted, state, AdminResult.UPDATE_TTL_FAILED);
  }

  /** Said twice it is done twice: rows may have been put in between. */
  Plan truncate(AdminCommand.TruncateTable truncate, ClusterState state) {
    TableSpec table = state.table(truncate.db(), truncate.table());
    if (table == null) {
      return PlacementDesk.noTable();
    }
    Alterations before = table.alterations();
    for (AddedIndex index : before.indexes()) {
      // Its rows are on their way between partitions; some would arrive behind the truncation.
      if (!index.filled() && !before.deleted().contains(index.position())) {
        return Plan.refuse(
            AdminResult.TRUNCATE_FAILED,
            "nothing was removed: index "
                + index.name()
                + " is being filled; wait for that (showopstatus), or delete the index first");
      }
    }
    return plan(table, false, before.truncated(), state, AdminResult.TRUNCATE_FAILED);
  }

  Plan addColumn(AdminCommand.AddColumn add, ClusterState state) {
    TableSpec table = state.table(add.db(), add.table());
    if (table == null || table.tid() != add.tid()) {
      return anotherTable(table);
    }
    Alterations before = table.alterations();
    // Version 1 has no added columns.
    int position = add.version() - 2;
    boolean there = position >= 0 && position < before.columns().size();
    boolean same = there && before.columns().get(position).equals(add.column());
    if (!same && position != before.columns().size()) {
      return Plan.refuse(
          AdminResult.INVALID_PARAMETER,
          "a column was added to the table just now, or this is not its next schema version: that"
              + " is "
              + (before.columns().size() + 2)
              + "; look at its columns and give the command again");
    }
    return plan(table, same, before.with(add.column()), state, AdminResult.ADD_FIELD_FAILED);
  }

  Plan addIndex(AdminCommand.AddIndex add, ClusterState state) {
    TableSpec table = state.table(add.db(), add.table());
    if (table == null || table.tid() != add.tid()) {
      return anotherTable(table);
    }
    Alterations before = table.alterations();
    for (AddedIndex index : before.indexes()) {
      if (index.name().equals(add.name())) {
        OpRecord open = isSame(index, add) ? IndexOps.find(table, index, state) : null;
        return open == null
            ? Plan.refuse(AdminResult.INVALID_PARAMETER, "index has already exist!")
            : new Plan(null, List.of(), OpGoals.begun(List.of(open.id())));
      }
    }
    if (add.version() != before.version()) {
      return Plan.refuse(
          AdminResult.INVALID_PARAMETER,
          "the table was altered just now; look at its columns and indexes and give the command"
              + " again");
    }
    Alterations after =
        before.withIndex(add.name(), add.position(), add.keyColumns(), add.tsColumn(), add.ttl());
    OpGoal goal =
        new OpGoal(
            OpType.ADD_INDEX, table.db(), table.name(), null, null, null, false, after.version());
    return Plan.begun(List.of(OpDraft.command(goal, "addindex " + add.name())))
        .with(new MetaChange.TableChanged(table.with(after), state.tableVersion(table.tid())));
  }

  private static boolean isSame(AddedIndex index, AdminCommand.AddIndex add) {
    return !index.filled()
        && index.keyColumns().equals(add.keyColumns())
        && index.tsColumn() == add.tsColumn()
        && index.ttl().equals(add.ttl());
  }

  /** Positions of indexes were looked up in a table that is not this one. */
  private static Plan anotherTable(TableSpec table) {
    return table == null
        ? PlacementDesk.noTable()
        : Plan.refuse(
            AdminResult.TABLE_DOES_NOT_EXIST,
            "the table was made just now; look at its schema and give the command again");
  }

  /**
   * @param same whether nothing is asked for that was not asked for before: then only the leaders
   *     are waited for
   * @param overdue code of the answer when that takes too long
   */
  private Plan plan(
      TableSpec table, boolean same, Alterations wanted, ClusterState state, int overdue) {
    if (same) {
      int version = table.alterations().version();
      return new Plan(null, List.of(), goals.altered(table.tid(), version, overdue));
    }
    return new Plan(
        null,
        List.of(new MetaChange.TableChanged(table.with(wanted), state.tableVersion(table.tid()))),
        goals.altered(table.tid(), wanted.version(), overdue));
  }
}
