package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private final ClusterSight sight;
  private final Draining draining;
  private final Levelling levelling;
  private final long patienceMillis;
  private final OpParts.Pace pace = new OpParts.Pace();

  /** Since when operations wait for copies that are not ready, by wall time. */
  private final Map<Long, Long> waiting = new HashMap<>();

  /**
   * @param patienceMillis for so long a copy that should move or lead is waited for
   */
  MoveOps(ClusterSight sight, Spares spares, Levelling levelling, long patienceMillis) {
    this.sight = sight;
    this.draining = new Draining(spares);
    this.levelling = levelling;
    this.patienceMillis = patienceMillis;
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
    if (!sight.isClear()) {
      return;
    }
    int most = Math.max(0, COPIES_AT_ONCE - parts.open());
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
    if (!sight.isClear()) {
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
    if (begun == 0 && isDone(forCopies, forLeaders, layout, state, notGivenUp)) {
      endLevel(engine, draft, op, parts, layout, notGivenUp, wallMillis);
    } else {
      waiting.remove(op.id());
    }
  }

  /** Whether nothing more can move now, whatever else is being done about partitions. */
  private boolean isDone(
      boolean forCopies,
      boolean forLeaders,
      Layout layout,
      ClusterState state,
      Predicate<PartitionId> notGivenUp) {
    return (!forCopies || levelling.copyNow(layout, state, notGivenUp) == null)
        && (!forLeaders || levelling.leadersNow(layout, state, notGivenUp).isEmpty());
  }

  /** Ends it, unless something should move that cannot just now; that is waited for a while. */
  private void endLevel(
      OpEngine engine,
      TransactionDraft draft,
      OpRecord op,
      OpParts parts,
      Layout layout,
      Predicate<PartitionId> notGivenUp,
      long wallMillis) {
    ClusterState state = draft.state();
    String why = whyNotYet(op, layout, state, notGivenUp);
    if (why != null) {
      waiting.keySet().retainAll(state.ops().open());
      long since = waiting.computeIfAbsent(op.id(), id -> wallMillis);
      // A clock that is set back must not make it wait for ever.
      if (Math.abs(wallMillis - since) < patienceMillis) {
        return;
      }
    }
    parts.end(engine, draft, progress(op, state), why == null ? "" : why, wallMillis);
  }

  private String whyNotYet(
      OpRecord op, Layout layout, ClusterState state, Predicate<PartitionId> notGivenUp) {
    long mark = op.goal().mark();
    return levelling.whyNotYet(
        mark != OpGoal.LEADERS, mark != OpGoal.COPIES, layout, state, notGivenUp);
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
      Move move = levelling.copyNow(layout, draft.state(), free);
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
      List<Move> chain = levelling.leadersNow(layout, draft.state(), free);
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
    if (!op.isOver() && !sight.isClear()) {
      text.append("; no more is begun: ").append(sight.missing());
    } else if (!op.isOver() && waiting.containsKey(op.id())) {
      String why = whyNotYet(op, Layout.of(state), state, id -> true);
      text.append(why == null ? "" : "; waits: " + why);
    }
    return text.toString();
  }
}
