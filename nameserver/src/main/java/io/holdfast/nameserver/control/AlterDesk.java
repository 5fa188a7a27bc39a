package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.AdminDesk.Plan;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
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
    return plan(table, same, table.alterations().withTtl(set.indexes(), set.ttl()), state);
  }

  Plan deleteIndex(AdminCommand.DeleteIndex delete, ClusterState state) {
    TableSpec table = state.table(delete.db(), delete.table());
    if (table == null || table.tid() != delete.tid()) {
      return anotherTable(table);
    }
    boolean same = table.alterations().deleted().contains(delete.index());
    return plan(table, same, table.alterations().without(delete.index()), state);
  }

  /** Positions of indexes were looked up in a table that is not this one. */
  private static Plan anotherTable(TableSpec table) {
    return table == null
        ? PlacementDesk.noTable()
        : Plan.refuse(
            AdminResult.TABLE_DOES_NOT_EXIST,
            "the table was made just now; look at its indexes and give the command again");
  }

  /**
   * @param same whether nothing is asked for that was not asked for before: then only the leaders
   *     are waited for
   */
  private Plan plan(TableSpec table, boolean same, Alterations wanted, ClusterState state) {
    if (same) {
      return new Plan(null, List.of(), goals.altered(table.tid(), table.alterations().version()));
    }
    return new Plan(
        null,
        List.of(new MetaChange.TableChanged(table.with(wanted), state.tableVersion(table.tid()))),
        goals.altered(table.tid(), wanted.version()));
  }
}
