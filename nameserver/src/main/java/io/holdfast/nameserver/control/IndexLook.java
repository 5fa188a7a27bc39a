package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.protocol.model.AddedIndex;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * How far an index that is being added is, from the table's record and what the leaders report.
 *
 * @param table null when it was dropped
 * @param number among the added indexes; -1 when the table has none such
 * @param waitsFor partitions whose leader is not as far as this phase asks for
 */
record IndexLook(Phase phase, TableSpec table, int number, List<PartitionId> waitsFor) {
  enum Phase {
    /** The table, or the index, is no more. */
    GONE,
    /** Not every leader takes keys for it yet. */
    TELLING,
    /** Not every leader has said that its rows are found. */
    FILLING,
    /** All are found, which nobody was told yet. */
    FILLED,
    /** Not every leader has heard that it can be asked. */
    PUBLISHING,
    DONE
  }

  static IndexLook of(OpRecord op, ClusterState state, TabletRegistry tablets, Goals goals) {
    TableSpec table = state.table(op.goal().db(), op.goal().table());
    int number = table == null ? -1 : number(table, op.goal().mark());
    if (number < 0 || isDeleted(table, number)) {
      return new IndexLook(Phase.GONE, table, number, List.of());
    }
    Alterations alterations = table.alterations();
    AddedIndex index = alterations.indexes().get(number);
    int version = index.filled() ? alterations.version() : index.since();
    List<PartitionId> behind = new ArrayList<>();
    List<PartitionId> unfilled = new ArrayList<>();
    for (int pid = 0; pid < table.partitions(); pid++) {
      PartitionId id = new PartitionId(table.tid(), pid);
      if (!goals.hasActiveLeader(id, state)
          || tablets.find(state.partition(id).leader()).replica(id).alterations() < version) {
        behind.add(id);
      } else if (!index.filled()
          && tablets.find(state.partition(id).leader()).replica(id).filled() < version) {
        unfilled.add(id);
      }
    }
    if (index.filled()) {
      return new IndexLook(behind.isEmpty() ? Phase.DONE : Phase.PUBLISHING, table, number, behind);
    } else if (!behind.isEmpty()) {
      return new IndexLook(Phase.TELLING, table, number, behind);
    }
    return new IndexLook(
        unfilled.isEmpty() ? Phase.FILLED : Phase.FILLING, table, number, unfilled);
  }

  /** Which of the added indexes a version of the alterations has brought; -1 for none. */
  static int number(TableSpec table, long since) {
    List<AddedIndex> indexes = table.alterations().indexes();
    for (int number = 0; number < indexes.size(); number++) {
      if (indexes.get(number).since() == since) {
        return number;
      }
    }
    return -1;
  }

  static boolean isDeleted(TableSpec table, int number) {
    AddedIndex index = table.alterations().indexes().get(number);
    return table.alterations().deleted().contains(index.position());
  }

  AddedIndex index() {
    return table.alterations().indexes().get(number);
  }
}
