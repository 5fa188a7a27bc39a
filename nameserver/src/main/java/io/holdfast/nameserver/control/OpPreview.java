package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command about operations would do, in words. It is decided as ever, on a draft that is
 * thrown away.
 */
final class OpPreview {
  private final OpDesk desk;
  private final AdminDesk admin;

  OpPreview(OpDesk desk, AdminDesk admin) {
    this.desk = desk;
    this.admin = admin;
  }

  CommandPreview of(AdminCommand command, ClusterState state, long wallMillis) {
    TransactionDraft draft = new TransactionDraft(state);
    AdminResult refusal = desk.decide(command, draft, wallMillis);
    if (refusal != null) {
      return new CommandPreview(refusal, List.of());
    }
    List<String> lines = new ArrayList<>();
    boolean begins = draft.lastOpId() > state.ops().lastId();
    for (MetaChange change : draft.transaction()) {
      // What a new operation wishes for is what its own line says.
      if (!begins || !(change instanceof MetaChange.PartitionChanged)) {
        describe(change, state, lines);
      }
    }
    return new CommandPreview(AdminResult.OK, lines);
  }

  private void describe(MetaChange change, ClusterState state, List<String> lines) {
    if (change instanceof MetaChange.OpCreated created) {
      lines.add("a new operation begins: " + named(created.op().goal()));
      describe(created.op().goal(), state, lines);
    } else if (change instanceof MetaChange.OpChanged changed) {
      OpRecord op = changed.op();
      lines.add("op " + op.id() + " " + named(op.goal()) + " becomes " + op.state().wireName());
      long open =
          state.ops().childrenOf(op.id()).stream().filter(state.ops().open()::contains).count();
      if (open > 0) {
        lines.add(open + " of its parts are not over, and become " + op.state().wireName());
      }
    } else if (change instanceof MetaChange.OpDeleted deleted) {
      OpRecord op = state.ops().find(deleted.id());
      lines.add(
          "op "
              + op.id()
              + " "
              + named(op.goal())
              + ", "
              + op.state().wireName()
              + ", leaves the list");
    } else if (change instanceof MetaChange.PartitionChanged changed) {
      lines.add(
          "partition " + changed.record().id() + ": what the operation asked for is taken back");
    } else if (!(change instanceof MetaChange.OpIdsUsed
        || change instanceof MetaChange.PartitionChecked)) {
      PreviewText.describe(change, state, lines);
    }
  }

  /** What an operation would do that is begun once more. */
  private void describe(OpGoal goal, ClusterState state, List<String> lines) {
    if (goal.type() == OpType.SET_REPLICA_NUM) {
      TableSpec table = state.table(goal.db(), goal.table());
      if (table == null || table.options().replicas() != goal.mark()) {
        lines.add(
            table == null
                ? "it ends at once, since the table was dropped"
                : "it ends at once, since the table is to have "
                    + table.options().replicas()
                    + " replicas by now");
        return;
      }
    }
    admin.describe(goal, state, lines);
  }

  private static String named(OpGoal goal) {
    return goal.type().wireName()
        + (goal.table().isEmpty() ? "" : " of " + goal.table())
        + (goal.partition() == null ? "" : " " + goal.partition().pid())
        + (goal.partition() == null && goal.target() != null ? " of " + goal.target() : "");
  }
}
