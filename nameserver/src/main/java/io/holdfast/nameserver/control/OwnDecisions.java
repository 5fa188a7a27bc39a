package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.PartitionWatch.Cause;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpCourse;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableSpec;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Records what the nameserver decides by itself as operations, with the reason. A change that
 * serves an operation is none of its own. What happens again soon after replaces the record of the
 * last time, so that a server which comes and goes does not fill the list.
 */
final class OwnDecisions {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** A change of leader is what these are for. */
  private static final Set<OpType> FOR_LEADERS =
      EnumSet.of(OpType.CHANGE_LEADER, OpType.RECOVER_TABLE, OpType.UPDATE_TABLE_ALIVE);

  private final OpSettings settings;
  private final OpEngine engine;
  private final TabletRegistry tablets;

  OwnDecisions(OpSettings settings, OpEngine engine, TabletRegistry tablets) {
    this.settings = settings;
    this.engine = engine;
    this.tablets = tablets;
  }

  /** A partition's record is about to become another one. */
  void note(
      TransactionDraft draft,
      PartitionRecord before,
      PartitionRecord after,
      Cause cause,
      long now,
      long wallMillis) {
    if (before.phase() != Phase.LEAD) {
      return;
    }
    OpRecord running = draft.running(before.id());
    if (after.phase() == Phase.ELECT) {
      if (running == null || !serves(running, before, cause)) {
        opened(draft, before, after, cause, running, now, wallMillis);
      }
      return;
    }
    for (NodeId tablet : before.members().tablets()) {
      if (!after.members().contains(tablet) && !concerns(running, tablet)) {
        done(
            draft,
            before,
            OpType.OFFLINE_REPLICA,
            tablet,
            dropped(before, tablet, now),
            wallMillis);
      }
    }
    for (NodeId tablet : after.members().tablets()) {
      if (!before.members().contains(tablet) && !concerns(running, tablet)) {
        String why = tablet + " has caught up with " + after.leader() + " and is in sync again";
        done(draft, before, OpType.READD_REPLICA, tablet, why, wallMillis);
      }
    }
  }

  private static boolean concerns(OpRecord running, NodeId tablet) {
    return running != null && running.goal().concerns(tablet);
  }

  /** Whether a new term is opened because of this operation. */
  private static boolean serves(OpRecord running, PartitionRecord before, Cause cause) {
    return cause == Cause.PREPARED
        || (running.automatic() && !SpareRebuild.isRebuild(running))
        || FOR_LEADERS.contains(running.goal().type())
        || (running.goal().type() == OpType.OFFLINE_REPLICA
            && before.leader().equals(running.goal().target()));
  }

  private void opened(
      TransactionDraft draft,
      PartitionRecord before,
      PartitionRecord after,
      Cause cause,
      OpRecord running,
      long now,
      long wallMillis) {
    TabletHealth health = tablets.find(before.leader());
    boolean restarted =
        health != null && health.isAlive() && health.incarnation() != before.leaderIncarnation();
    OpType type = restarted ? OpType.RECOVER_TABLE : OpType.CHANGE_LEADER;
    TableSpec table = draft.state().table(before.id().tid());
    OpGoal goal =
        new OpGoal(
            type,
            table.db(),
            table.name(),
            before.id(),
            before.leader(),
            null,
            false,
            after.term());
    String reason = reason(before.leader(), health, restarted, cause, draft.state(), now);
    OpCourse course = OpCourse.WAITING.begun(wallMillis, 0, 0);
    OpRecord op = recorded(draft, goal, reason, course, wallMillis);
    if (running != null) {
      engine.preempt(draft, running, op.id());
    }
  }

  private static String reason(
      NodeId leader,
      TabletHealth health,
      boolean restarted,
      Cause cause,
      ClusterState state,
      long now) {
    if (cause == Cause.PREPARED) {
      if (state.isOffline(leader)) {
        return leader + " is out of service";
      }
      return health != null && health.departure() != Departure.NONE
          ? leader + " is about to end"
          : leader + " asked to be replaced as leader";
    }
    if (cause == Cause.CUT_OFF) {
      return leader + " is cut off from the other copies";
    }
    if (restarted) {
      return leader + ", the leader, was restarted";
    }
    return health == null || !health.isAlive()
        ? away(leader, health, now)
        : leader + " gave up leading";
  }

  private String dropped(PartitionRecord before, NodeId tablet, long now) {
    TabletHealth health = tablets.find(tablet);
    String leader = before.leader() + " goes on without " + tablet;
    return health == null || !health.isAlive()
        ? leader + ": " + away(tablet, health, now)
        : leader + ", which did not acknowledge in time or is departing";
  }

  private static String away(NodeId tablet, TabletHealth health, long now) {
    return "tablet "
        + tablet
        + (health == null
            ? " was never heard"
            : " is down or out of reach, for "
                + health.unchangedNanos(now) / NANOS_PER_MILLI
                + " ms");
  }

  /** Something that is done as soon as it is written. */
  private void done(
      TransactionDraft draft,
      PartitionRecord record,
      OpType type,
      NodeId tablet,
      String reason,
      long wallMillis) {
    TableSpec table = draft.state().table(record.id().tid());
    OpGoal goal = new OpGoal(type, table.db(), table.name(), record.id(), null, tablet, false, 0);
    OpCourse course =
        OpCourse.WAITING.begun(wallMillis, 0, 0).ended(OpState.DONE, "", "", "", wallMillis);
    OpRecord unused = recorded(draft, goal, reason, course, wallMillis);
  }

  private OpRecord recorded(
      TransactionDraft draft, OpGoal goal, String reason, OpCourse course, long wallMillis) {
    OpRecord last = lastTime(draft, goal, wallMillis);
    int times = last == null ? 1 : last.course().attempts() + 1;
    String again = times == 1 ? "" : "; decided " + times + " times in short order";
    OpRecord op =
        new OpRecord(
            draft.nextOpId(),
            goal,
            0,
            true,
            reason + again,
            wallMillis,
            new OpCourse(
                course.state(), "", "", "", times, course.startMillis(), course.endMillis(), 0, 0));
    if (last != null) {
      draft.forget(last);
    }
    draft.create(op);
    return op;
  }

  /** The same decision, made and done a short while ago; null for none. */
  private OpRecord lastTime(TransactionDraft draft, OpGoal goal, long wallMillis) {
    OpRecord last = null;
    for (long id : draft.state().ops().of(goal.partition())) {
      OpRecord op = draft.state().ops().find(id);
      boolean same =
          op.automatic()
              && op.isOver()
              && op.goal().type() == goal.type()
              && Objects.equals(op.goal().target(), goal.target())
              && wallMillis - op.course().endMillis() < settings.coalesceMillis();
      if (same && !draft.isTouched(id)) {
        last = op;
      }
    }
    return last;
  }
}
