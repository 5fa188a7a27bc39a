package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Operations that move copies and leaders about: emptying a tablet, and levelling. Which parts they
 * have is found while they go on, a few at a time, from what is seen then; so whoever becomes the
 * active nameserver goes on, and what changes meanwhile is heeded.
 */
final class MoveOps implements WholeOps {
  /** Copies that are made at a time; what they take from clients is bounded by each sender. */
  private static final int COPIES_AT_ONCE = 8;

  private static final int LEADERS_AT_ONCE = 16;

  private final TabletRegistry tablets;
  private final FailureFreeze freeze;
  private final PlannedChanges changes;
  private final Draining draining;
  private final CopyLevelling copies;
  private final LeaderLevelling leaders;
  private final OpParts.Pace pace = new OpParts.Pace();

  MoveOps(TabletRegistry tablets, FailureFreeze freeze, PlannedChanges changes, Spares spares) {
    this.tablets = tablets;
    this.freeze = freeze;
    this.changes = changes;
    this.draining = new Draining(spares);
    this.copies = new CopyLevelling(spares);
    this.leaders = new LeaderLevelling(spares);
  }

  @Override
  public void step(OpEngine engine, TransactionDraft draft, OpRecord op, long wallMillis) {
    if (!pace.isDue(op, draft.state(), wallMillis)) {
      return;
    }
    OpParts parts = OpParts.of(op, draft.state());
    if (op.goal().type() == OpType.DRAIN_ENDPOINT) {
      drain(engine, draft, op, parts, wallMillis);
    } else {
      level(engine, draft, op, parts, wallMillis);
    }
  }

  /** A nameserver that misses most tablets is likely to be the one that is away. */
  private boolean mayBegin() {
    return !freeze.isFrozen() && !tablets.mostAreMissing();
  }

  // ---- emptying a tablet

  private void drain(
      OpEngine engine, TransactionDraft draft, OpRecord op, OpParts parts, long wallMillis) {
    ClusterState state = draft.state();
    NodeId tablet = op.goal().target();
    if (!state.isDrained(tablet)) {
      String why = tablet + " was put back into service meanwhile";
      engine.end(draft, op, OpState.CANCELED, OpTask.NONE, "", why, wallMillis);
      return;
    }
    int most = mayBegin() ? Math.max(0, COPIES_AT_ONCE - parts.open()) : 0;
    // Partitions whose move failed are left; another attempt is the operator's to ask for.
    Draining.Look look =
        draining.look(tablet, Layout.of(state), state, most, parts.givenUp(), OpParts.free(draft));
    for (Move move : look.moves()) {
      open(engine, draft, parts, move, wallMillis);
    }
    if (look.moves().isEmpty() && parts.open() == 0 && look.busy() == 0) {
      String stuck = look.stuck().isEmpty() ? "" : look.stuck().get(0);
      parts.end(engine, draft, progress(op, state), stuck, wallMillis);
    }
  }

  // ---- levelling

  private void level(
      OpEngine engine, TransactionDraft draft, OpRecord op, OpParts parts, long wallMillis) {
    ClusterState state = draft.state();
    boolean forCopies = op.goal().mark() != OpGoal.LEADERS;
    boolean forLeaders = op.goal().mark() != OpGoal.COPIES;
    if (!mayBegin()) {
      return;
    }
    Layout layout = Layout.of(state);
    Predicate<PartitionId> notGivenUp = id -> !parts.givenUp().contains(id);
    Predicate<PartitionId> free = notGivenUp.and(OpParts.free(draft));
    int begun = 0;
    if (forCopies) {
      begun =
          moveCopies(engine, draft, parts, layout, free, COPIES_AT_ONCE - parts.open(), wallMillis);
    }
    if (begun > 0 || parts.open() > 0) {
      // Leaders last: copies that move take leaderships along.
      return;
    }
    if (forLeaders) {
      begun = moveLeaders(engine, draft, parts, layout, free, wallMillis);
    }
    if (begun == 0 && isLevel(op, layout, state, notGivenUp)) {
      parts.end(engine, draft, progress(op, state), "", wallMillis);
    }
  }

  private int moveCopies(
      OpEngine engine,
      TransactionDraft draft,
      OpParts parts,
      Layout layout,
      Predicate<PartitionId> free,
      int most,
      long wallMillis) {
    int begun = 0;
    while (begun < most) {
      Move move = copies.next(layout, draft.state(), free);
      if (move == null) {
        return begun;
      }
      move.applyTo(layout);
      open(engine, draft, parts, move, wallMillis);
      begun++;
    }
    return begun;
  }

  private int moveLeaders(
      OpEngine engine,
      TransactionDraft draft,
      OpParts parts,
      Layout layout,
      Predicate<PartitionId> free,
      long wallMillis) {
    int begun = 0;
    while (begun < LEADERS_AT_ONCE) {
      List<Move> chain = leaders.next(layout, draft.state(), free, canLead(draft.state()));
      if (chain.isEmpty()) {
        return begun;
      }
      for (Move move : chain) {
        move.applyTo(layout);
        open(engine, draft, parts, move, wallMillis);
        begun++;
      }
    }
    return begun;
  }

  private BiPredicate<PartitionRecord, NodeId> canLead(ClusterState state) {
    return (record, tablet) ->
        changes.canTakeOver(record, tablet) && changes.mayLead(record, tablet, state);
  }

  /** Whether nothing more would move, whatever else is being done about partitions just now. */
  private boolean isLevel(
      OpRecord op, Layout layout, ClusterState state, Predicate<PartitionId> notGivenUp) {
    return (op.goal().mark() == OpGoal.LEADERS || copies.next(layout, state, notGivenUp) == null)
        && (op.goal().mark() == OpGoal.COPIES
            || leaders.next(layout, state, notGivenUp, canLead(state)).isEmpty());
  }

  // ---- parts

  private static void open(
      OpEngine engine, TransactionDraft draft, OpParts parts, Move move, long wallMillis) {
    PartitionId id = move.partition();
    OpGoal goal = move.goal(draft.state().table(id.tid()), draft.state().partition(id));
    parts.begin(engine, draft, goal, wallMillis);
  }

  @Override
  public String progress(OpRecord op, ClusterState state) {
    StringBuilder text = new StringBuilder(OpParts.counted(op, state));
    if (op.goal().type() == OpType.DRAIN_ENDPOINT) {
      int left = Draining.left(op.goal().target(), state);
      text.append(", ").append(left).append(" partitions left");
    }
    if (!op.isOver() && !mayBegin()) {
      text.append("; no more is begun while half of the tablets or more are missing");
    }
    return text.toString();
  }
}
