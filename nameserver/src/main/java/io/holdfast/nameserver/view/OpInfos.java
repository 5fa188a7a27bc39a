package io.holdfast.nameserver.view;

import io.holdfast.nameserver.control.OpView;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.protocol.openmldb.nameserver.OPStatus;
import java.util.concurrent.TimeUnit;

/** Operations in words of the wire. Pure functions. */
public final class OpInfos {
  private OpInfos() {}

  /** An operation as an operator wants to see it. */
  public static OPStatus described(OpView view) {
    OpRecord op = view.op();
    OpGoal goal = op.goal();
    OPStatus.Builder out =
        OPStatus.newBuilder()
            .setOpId(op.id())
            .setOpType(goal.type().wireName())
            .setStatus(op.state().wireName())
            .setStartTime(TimeUnit.MILLISECONDS.toSeconds(op.course().startMillis()))
            .setEndTime(TimeUnit.MILLISECONDS.toSeconds(op.course().endMillis()))
            .setTaskType(view.task())
            .setName(goal.table())
            .setForReplicaCluster(0)
            .setDb(goal.db())
            .setParentId(op.parentId())
            .setReason(op.reason())
            .setError(op.course().error())
            .setProgress(view.progress())
            .setAttempts(op.course().attempts())
            .setAutomatic(op.automatic())
            .setCreateMillis(op.createdMillis())
            .setDeadlineMillis(op.course().deadlineMillis());
    if (goal.partition() != null) {
      out.setPid(goal.partition().pid());
    }
    if (goal.source() != null) {
      out.setSource(goal.source().endpoint());
    }
    if (goal.target() != null) {
      out.setTarget(goal.target().endpoint());
    }
    return out.build();
  }
}
