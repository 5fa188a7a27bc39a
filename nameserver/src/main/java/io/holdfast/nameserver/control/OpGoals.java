package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import java.util.List;

/**
 * What the sender of a command that became operations waits for: that they are over, or only that
 * they are written down.
 */
final class OpGoals implements Goal {
  private final List<Long> ids;
  private final boolean over;

  private OpGoals(List<Long> ids, boolean over) {
    this.ids = List.copyOf(ids);
    this.over = over;
  }

  static OpGoals over(List<Long> ids) {
    return new OpGoals(ids, true);
  }

  static OpGoals begun(List<Long> ids) {
    return new OpGoals(ids, false);
  }

  @Override
  public AdminResult reached(ClusterState state) {
    if (!over) {
      return AdminResult.OK.withOps(ids);
    }
    AdminResult result = outcome(state);
    return result == null ? null : result.withOps(ids);
  }

  private AdminResult outcome(ClusterState state) {
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
    return failed("it takes longer and is gone on with as op " + ids.get(0) + " (showopstatus)")
        .withOps(ids);
  }

  private static AdminResult failed(String text) {
    return new AdminResult(AdminResult.CREATE_OP_FAILED, text);
  }
}
