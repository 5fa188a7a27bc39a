package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.protocol.model.TableSpec;
import java.util.List;

/**
 * What was sent to the store for a command. If nobody knows what became of it, the ids tell: they
 * are given out once, and by this nameserver, since another one would have the next epoch.
 *
 * @param table the table that was to be made; null for none
 * @param ops the operations that were to be made
 * @param goal what the command waits for once it is written; null for nothing
 */
record CommandAttempt(TableSpec table, List<Long> ops, Goal goal) {
  static CommandAttempt of(List<MetaChange> changes, List<Long> ops, Goal goal) {
    TableSpec table = null;
    for (MetaChange change : changes) {
      if (change instanceof MetaChange.TableCreated created) {
        table = created.table();
      }
    }
    return new CommandAttempt(table, List.copyOf(ops), goal);
  }

  /** Whether it turns out to have been written after all. */
  boolean wasWritten(ClusterState state) {
    boolean opMade = ops.stream().anyMatch(id -> state.ops().find(id) != null);
    return opMade || (table != null && table.equals(state.table(table.tid())));
  }
}
