package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;
import java.util.function.Predicate;

/**
 * Operations that give the partitions of a table as many copies as it has been told to have. The
 * number stands in the table; so whoever becomes the active nameserver goes on.
 */
final class ResizeOps implements WholeOps {
  /** What is sent is bounded by each sender. */
  private static final int AT_ONCE = 8;

  private final ClusterSight sight;
  private final Resizing resizing;
  private final OpParts.Pace pace = new OpParts.Pace();

  ResizeOps(ClusterSight sight, TabletRegistry tablets, Spares spares) {
    this.sight = sight;
    this.resizing = new Resizing(tablets, spares);
  }

  @Override
  public void step(OpEngine engine, TransactionDraft draft, OpRecord op, long wallMillis) {
    ClusterState state = draft.state();
    if (!pace.isDue(op, state, wallMillis)) {
      return;
    }
    TableSpec table = state.table(op.goal().db(), op.goal().table());
    if (table == null || table.options().replicas() != op.goal().mark()) {
      String why =
          table == null
              ? "the table was dropped"
              : "the table is to have " + table.options().replicas() + " replicas by now";
      engine.end(draft, op, OpState.CANCELED, OpTask.NONE, "", why, wallMillis);
      return;
    }
    if (!sight.isClear()) {
      return;
    }
    OpParts parts = OpParts.of(op, state);
    Predicate<PartitionId> free = OpParts.free(draft);
    Layout layout = Layout.of(state);
    boolean ready = true;
    int room = AT_ONCE - parts.open();
    String stuck = "";
    for (int pid = 0; pid < table.partitions(); pid++) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      if (parts.givenUp().contains(record.id())
          || Resizing.copies(record, layout) == table.options().replicas()) {
        continue;
      }
      OpGoal goal =
          room > 0 && free.test(record.id()) ? resizing.step(table, record, layout, state) : null;
      if (goal != null) {
        layout.foresee(goal);
        parts.begin(engine, draft, goal, wallMillis);
        room--;
        ready = false;
      } else if (room > 0 && free.test(record.id())) {
        stuck = stuck.isEmpty() ? resizing.whyNone(record, state) : stuck;
      } else {
        ready = false;
      }
    }
    if (ready && parts.open() == 0) {
      parts.end(engine, draft, progress(op, state), stuck, wallMillis);
    }
  }

  @Override
  public String progress(OpRecord op, ClusterState state) {
    String text = OpParts.counted(op, state);
    return op.isOver() || sight.isClear() ? text : text + "; no more is begun: " + sight.missing();
  }
}
