package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import java.util.List;

/** What the sender of a command that became operations waits for: that they are over. */
final class OpGoals implements Goal {
  private final List<Long> ids;

  OpGoals(List<Long> ids) {
    this.ids = List.copyOf(ids);
  }

  @Override
  public AdminResult reached(ClusterState state) {
    AdminResult result = AdminResult.OK;
    for (long id : ids) {
      OpRecord op = state.ops().find(id);
      if (op == null) {
        result = failed("op " + id + " was removed from the list before it was over");
      } else if (!op.isOver()) {
        return null;
      } else if (op.state() != OpState.DONE && result.isOk()) {
        result = failed(op.course().error() + " (op " + id + ")");
      }
    }
    return result;
  }

  @Override
  public AdminResult overdue(ClusterState state) {
    return failed("it takes longer and is gone on with as op " + ids.get(0) + " (showopstatus)");
  }

  private static AdminResult failed(String text) {
    return new AdminResult(AdminResult.CREATE_OP_FAILED, text);
  }
}
