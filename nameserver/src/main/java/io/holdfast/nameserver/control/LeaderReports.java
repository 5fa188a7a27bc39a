package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.TableSpec;

/** What the leaders of a table's partitions have said, taken together. Pure functions. */
public final class LeaderReports {
  private LeaderReports() {}

  /** Whether every partition has a leader that serves and has taken over all alterations. */
  public static boolean haveAltered(TableSpec table, ClusterState state, TabletRegistry tablets) {
    return new Goals(tablets).behind(table, table.alterations().version(), state).isEmpty();
  }
}
