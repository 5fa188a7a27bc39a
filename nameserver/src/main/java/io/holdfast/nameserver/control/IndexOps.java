package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.AddedIndex;
import io.holdfast.protocol.model.TableSpec;

/**
 * Operations that give a table one more index. The index stands in the table's record, and what was
 * filled in the leaders' reports; so whoever becomes the active nameserver goes on. The orders to
 * fill are {@link FillOrders}.
 */
final class IndexOps implements WholeOps {
  private final Mutants mutants;
  private final TabletRegistry tablets;
  private final Goals goals;
  private final OpParts.Pace pace = new OpParts.Pace();

  IndexOps(Mutants mutants, TabletRegistry tablets) {
    this.mutants = mutants;
    this.tablets = tablets;
    this.goals = new Goals(tablets);
  }

  @Override
  public void step(OpEngine engine, TransactionDraft draft, OpRecord op, long wallMillis) {
    if (!pace.isDue(op, draft.state(), wallMillis)) {
      return;
    }
    IndexLook look = look(op, draft.state());
    switch (look.phase()) {
      case GONE -> {
        String why =
            look.number() < 0
                ? "the table was dropped"
                : "the index " + look.index().name() + " was deleted";
        engine.end(draft, op, OpState.CANCELED, OpTask.NONE, "", why, wallMillis);
      }
      case TELLING, PUBLISHING -> {}
      case FILLING -> {
        if (mutants.has(Mutant.INDEX_READY_TOO_EARLY)) {
          filled(draft, look);
        }
      }
      case FILLED -> filled(draft, look);
      case DONE -> {
        String text = progress(look);
        engine.end(draft, op, OpState.DONE, OpTask.NONE, text, "", wallMillis);
      }
    }
  }

  private static void filled(TransactionDraft draft, IndexLook look) {
    // Another index of the table may have got there at the same time; this one's turn comes.
    if (!draft.isTouched(look.table())) {
      TableSpec table = look.table();
      draft.change(table.with(table.alterations().withFilled(look.number())));
    }
  }

  private IndexLook look(OpRecord op, ClusterState state) {
    return IndexLook.of(op, state, tablets, goals);
  }

  @Override
  public OpTask task(OpRecord op, ClusterState state) {
    return switch (look(op, state).phase()) {
      case TELLING -> OpTask.ADD_INDEX_TO_TABLET;
      case FILLING -> OpTask.EXTRACT_INDEX_DATA;
      case FILLED, PUBLISHING -> OpTask.ADD_INDEX_TO_TABLE_INFO;
      case GONE, DONE -> OpTask.NONE;
    };
  }

  @Override
  public String progress(OpRecord op, ClusterState state) {
    return progress(look(op, state));
  }

  private static String progress(IndexLook look) {
    if (look.phase() == IndexLook.Phase.GONE) {
      return "";
    }
    int all = look.table().partitions();
    String which = "index " + look.index().name() + ": ";
    return which
        + switch (look.phase()) {
          case TELLING ->
              "waits until the leaders of these partitions take keys for it: "
                  + Goals.list(look.waitsFor());
          case PUBLISHING ->
              "filled; waits until the leaders of these partitions have heard of that: "
                  + Goals.list(look.waitsFor());
          default -> all - look.waitsFor().size() + " of " + all + " partitions are filled";
        };
  }

  /** The operation that fills an index; null when it is over. */
  static OpRecord find(TableSpec table, AddedIndex index, ClusterState state) {
    for (long id : state.ops().open()) {
      OpRecord op = state.ops().find(id);
      if (op.goal().type() == OpType.ADD_INDEX
          && op.goal().db().equals(table.db())
          && op.goal().table().equals(table.name())
          && op.goal().mark() == index.since()) {
        return op;
      }
    }
    return null;
  }

  /**
   * An operation is to end before its index is filled: the index goes with it, since nobody could
   * ever ask it, and each put would go on paying for it. One that is filled stays.
   */
  static void giveUp(TransactionDraft draft, OpRecord op) {
    TableSpec table = draft.state().table(op.goal().db(), op.goal().table());
    int number = table == null ? -1 : IndexLook.number(table, op.goal().mark());
    if (number >= 0
        && !IndexLook.isDeleted(table, number)
        && !table.alterations().indexes().get(number).filled()) {
      int position = table.alterations().indexes().get(number).position();
      draft.change(table.with(table.alterations().without(position)));
    }
  }
}
