package io.holdfast.nameserver.view;

import io.holdfast.nameserver.control.LeaderReports;
import io.holdfast.nameserver.control.TabletRegistry;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which added columns and indexes clients are told of: those that the leaders of all partitions
 * have taken over. A client that heard sooner would put rows that a leader has to refuse, and
 * OpenMLDB's SDK reports that instead of repeating the put. What was shown once stays shown,
 * whatever becomes of a leader: it is in the logs by then.
 *
 * <p>A nameserver that has just become active does not know what the one before it has shown. It
 * shows everything, since nothing may vanish from the sight of clients.
 */
final class ShownAlterations {
  /** So many of the added columns and indexes, which are only ever added behind the others. */
  private record Shown(int columns, int indexes) {
    static final Shown NONE = new Shown(0, 0);

    static Shown all(TableSpec table) {
      Alterations alterations = table.alterations();
      return new Shown(alterations.columns().size(), alterations.indexes().size());
    }
  }

  private final Map<Integer, Shown> tables = new HashMap<>();
  private final Set<Integer> changed = new TreeSet<>();

  /** The tables were read anew: all that they have is shown. */
  void reset(ClusterState state) {
    tables.clear();
    changed.clear();
    state.tables().forEach(table -> tables.put(table.tid(), Shown.all(table)));
  }

  /** A table is another than before; what it has got is held back for now. */
  void onChanged(TableSpec table) {
    changed.add(table.tid());
  }

  /** Whether there may be something that is held back. */
  boolean mayHold() {
    return !changed.isEmpty();
  }

  /** Looks at what the leaders say; returns the tables of which more is shown from now on. */
  List<Integer> look(ClusterState state, TabletRegistry tablets) {
    List<Integer> more = new ArrayList<>();
    for (int tid : List.copyOf(changed)) {
      TableSpec table = state.table(tid);
      if (table == null) {
        tables.remove(tid);
        changed.remove(tid);
      } else if (Shown.all(table).equals(shown(tid))) {
        changed.remove(tid);
      } else if (LeaderReports.haveAltered(table, state, tablets)) {
        tables.put(tid, Shown.all(table));
        changed.remove(tid);
        more.add(tid);
      }
    }
    return more;
  }

  /** A table that was not there when the others were read was made without any. */
  private Shown shown(int tid) {
    return tables.getOrDefault(tid, Shown.NONE);
  }

  /** A table as it is to be shown. */
  TableSpec of(TableSpec table) {
    Shown shown = shown(table.tid());
    return table.with(table.alterations().firstOf(shown.columns(), shown.indexes()));
  }
}
