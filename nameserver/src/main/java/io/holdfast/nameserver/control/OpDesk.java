package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.PartitionId;

/** Commands about operations themselves. */
final class OpDesk {
  private final OpEngine engine;

  OpDesk(OpEngine engine) {
    this.engine = engine;
  }

  static boolean isAboutOps(AdminCommand command) {
    return command instanceof AdminCommand.CancelOp
        || command instanceof AdminCommand.DeleteOp
        || command instanceof AdminCommand.DeleteOps
        || command instanceof AdminCommand.RetryOp;
  }

  /** Adds what is to be changed; returns null then, else why nothing is. */
  AdminResult decide(AdminCommand command, TransactionDraft draft, long wallMillis) {
    if (command instanceof AdminCommand.CancelOp cancel) {
      return cancel(cancel, draft, wallMillis);
    } else if (command instanceof AdminCommand.DeleteOp delete) {
      return delete(delete, draft);
    } else if (command instanceof AdminCommand.DeleteOps delete) {
      return delete(delete, draft);
    } else if (command instanceof AdminCommand.RetryOp retry) {
      return retry(retry, draft, wallMillis);
    }
    throw new IllegalArgumentException("not about operations: " + command);
  }

  private AdminResult cancel(
      AdminCommand.CancelOp cancel, TransactionDraft draft, long wallMillis) {
    OpRecord op = draft.state().ops().find(cancel.id());
    if (op == null) {
      return notFound(cancel.id());
    }
    if (op.isOver()) {
      return new AdminResult(AdminResult.OP_IS_OVER, "op status is not kDoing or kInited");
    }
    if (op.automatic() && !SpareRebuild.isRebuild(op)) {
      return new AdminResult(
          AdminResult.OP_IS_OVER,
          "op " + op.id() + " is the nameserver's own: it is over when the partition is served");
    }
    if (op.goal().type() == OpType.OFFLINE_ENDPOINT) {
      add(draft, TabletOps.switched(op.goal().target(), false, draft.state()));
    } else if (op.goal().type() == OpType.DRAIN_ENDPOINT) {
      add(draft, BalanceDesk.drained(op.goal().target(), false, draft.state()));
    }
    if (op.goal().type() == OpType.ADD_INDEX) {
      IndexOps.giveUp(draft, op);
    }
    String why = "cancelled by an operator";
    engine.end(draft, op, OpState.CANCELED, OpTask.NONE, "", why, wallMillis);
    return null;
  }

  private static void add(TransactionDraft draft, MetaChange change) {
    if (change != null) {
      draft.add(change);
    }
  }

  private static AdminResult delete(AdminCommand.DeleteOp delete, TransactionDraft draft) {
    OpRecord op = draft.state().ops().find(delete.id());
    if (op == null) {
      return notFound(delete.id());
    }
    if (!op.isOver()) {
      return new AdminResult(
          AdminResult.INVALID_PARAMETER,
          "op " + op.id() + " is not over, and would go on unseen; cancelop first");
    }
    draft.forget(op);
    return null;
  }

  private static AdminResult delete(AdminCommand.DeleteOps delete, TransactionDraft draft) {
    if (!delete.state().isFinal()) {
      return new AdminResult(
          AdminResult.INVALID_PARAMETER,
          "only done, failed and canceled operations are removed, not "
              + delete.state().wireName());
    }
    ClusterState state = draft.state();
    for (OpRecord op : state.ops().all()) {
      boolean partOfOpen = op.parentId() != 0 && state.ops().open().contains(op.parentId());
      if (op.state() == delete.state()
          && !partOfOpen
          && (delete.db().isEmpty() || delete.db().equals(op.goal().db()))) {
        draft.forget(op);
      }
    }
    return draft.isEmpty() ? AdminResult.OK : null;
  }

  private AdminResult retry(AdminCommand.RetryOp retry, TransactionDraft draft, long wallMillis) {
    ClusterState state = draft.state();
    OpRecord op = state.ops().find(retry.id());
    if (op == null) {
      return notFound(retry.id());
    }
    if (op.automatic() || (op.state() != OpState.FAILED && op.state() != OpState.CANCELED)) {
      return new AdminResult(
          AdminResult.INVALID_PARAMETER,
          "op "
              + op.id()
              + (op.automatic()
                  ? " is the nameserver's own"
                  : " did not fail and was not cancelled: " + op.state().wireName()));
    }
    PartitionId partition = op.goal().partition();
    if (partition != null && state.partition(partition) == null) {
      return new AdminResult(AdminResult.TABLE_DOES_NOT_EXIST, "table does not exist");
    }
    OpGoal goal = op.goal();
    if (goal.type() == OpType.ADD_INDEX) {
      return new AdminResult(
          AdminResult.INVALID_PARAMETER,
          "op "
              + op.id()
              + " cannot go on, since its index is deleted; give addindex again, with another"
              + " name");
    }
    if (goal.type() == OpType.OFFLINE_ENDPOINT || goal.type() == OpType.RECOVER_ENDPOINT) {
      boolean offline = goal.type() == OpType.OFFLINE_ENDPOINT;
      add(draft, TabletOps.switched(goal.target(), offline, state));
    } else if (goal.type() == OpType.DRAIN_ENDPOINT) {
      add(draft, BalanceDesk.drained(goal.target(), true, state));
    }
    OpDraft again = new OpDraft(goal, 0, "operator command retryop " + op.id());
    OpRecord unused = engine.open(draft, again, false, wallMillis);
    return null;
  }

  private static AdminResult notFound(long id) {
    return new AdminResult(AdminResult.OP_NOT_FOUND, "op id does not exist: " + id);
  }
}
