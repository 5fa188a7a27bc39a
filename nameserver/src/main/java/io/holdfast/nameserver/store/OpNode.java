package io.holdfast.nameserver.store;

import io.holdfast.nameserver.state.OpCourse;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;

/**
 * {@code ops/<id>}. Empty texts and -1 stand for what there is none of, since every field is always
 * there.
 */
record OpNode(
    int format,
    long id,
    String type,
    String db,
    String table,
    int tid,
    int pid,
    String source,
    String target,
    boolean learner,
    long mark,
    long parentId,
    boolean automatic,
    String reason,
    long createdMillis,
    String state,
    String task,
    String progress,
    String error,
    int attempts,
    long startMillis,
    long endMillis,
    long deadlineMillis,
    long retryMillis)
    implements NodeJson.Versioned {
  private static final int NONE = -1;

  static OpNode of(OpRecord op) {
    OpGoal goal = op.goal();
    OpCourse course = op.course();
    return new OpNode(
        NodeJson.FORMAT,
        op.id(),
        goal.type().wireName(),
        goal.db(),
        goal.table(),
        goal.partition() == null ? NONE : goal.partition().tid(),
        goal.partition() == null ? NONE : goal.partition().pid(),
        text(goal.source()),
        text(goal.target()),
        goal.learner(),
        goal.mark(),
        op.parentId(),
        op.automatic(),
        op.reason(),
        op.createdMillis(),
        course.state().wireName(),
        course.task(),
        course.progress(),
        course.error(),
        course.attempts(),
        course.startMillis(),
        course.endMillis(),
        course.deadlineMillis(),
        course.retryMillis());
  }

  OpRecord op() {
    return new OpRecord(
        id,
        new OpGoal(
            OpType.of(type),
            db,
            table,
            tid == NONE ? null : new PartitionId(tid, pid),
            tablet(source),
            tablet(target),
            learner,
            mark),
        parentId,
        automatic,
        reason,
        createdMillis,
        new OpCourse(
            OpState.of(state),
            task,
            progress,
            error,
            attempts,
            startMillis,
            endMillis,
            deadlineMillis,
            retryMillis));
  }

  private static String text(NodeId tablet) {
    return tablet == null ? "" : tablet.endpoint();
  }

  private static NodeId tablet(String text) {
    return text.isEmpty() ? null : new NodeId(text);
  }
}
