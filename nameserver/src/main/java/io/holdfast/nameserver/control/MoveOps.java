package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Operations that move copies and leaders about: emptying a tablet, and levelling. Which parts they
 * have is found while they go on, a few at a time, from what is seen then; so whoever becomes the
 * active nameserver goes on, and what changes meanwhile is heeded.
 */
final class MoveOps {
  /** Copies that are made at a time; what they take from clients is bounded by each sender. */
  private static final int COPIES_AT_ONCE = 8;

  private static final int LEADERS_AT_ONCE = 16;

  /** Plans are made from everything there is, which costs more than a look at one partition. */
  private static final long PACE_MILLIS = 100;

  private final TabletRegistry tablets;
  private final FailureFreeze freeze;
  private final PlannedChanges changes;
  private final Draining draining;
  private final CopyLevelling copies;
  private final LeaderLevelling leaders;
  private final Map<Long, Long> looked = new HashMap<>();

  MoveOps(TabletRegistry tablets, FailureFreeze freeze, PlannedChanges changes, Spares spares) {
    this.tablets = tablets;
    this.freeze = freeze;
    this.changes = changes;
    this.draining = new Draining(spares);
    this.copies = new CopyLevelling(spares);
    this.leaders = new LeaderLevelling(spares);
  }

  /** What has become of the parts so far. */
  private static final class Parts {
    private int open;
    private int failed;
    private String first = "";
    private final Set<PartitionId> closed = new HashSet<>();

    static Parts of(OpRecord whole, ClusterState state) {
      Parts parts = new Parts();
      for (long id : state.ops().childrenOf(whole.id())) {
        OpRecord part = state.ops().find(id);
        if (!part.isOver()) {
          parts.open++;
        } else if (part.state() != OpState.DONE) {
          parts.first = parts.failed == 0 ? "op " + id + ": " + part.course().error() : parts.first;
          parts.failed++;
          parts.closed.add(part.goal().partition());
        }
      }
      return parts;
    }
  }

  void step(OpEngine engine, TransactionDraft draft, OpRecord op, long wallMillis) {
    if (!isDue(op, draft.state(), wallMillis)) {
      return;
    }
    Parts parts = Parts.of(op, draft.state());
    if (op.goal().type() == OpType.DRAIN_ENDPOINT) {
      drain(engine, draft, op, parts, wallMillis);
    } else {
      level(engine, draft, op, parts, wallMillis);
    }
  }

  private boolean isDue(OpRecord op, ClusterState state, long wallMillis) {
    Long before = looked.get(op.id());
    // A clock that is set back must not hold anything up.
    if (before != null && Math.abs(wallMillis - before) < PACE_MILLIS) {
      return false;
    }
    looked.keySet().retainAll(state.ops().open());
    looked.put(op.id(), wallMillis);
    return true;
  }

  /** A nameserver that misses most tablets is likely to be the one that is away. */
  private boolean mayBegin() {
    return !freeze.isFrozen() && !tablets.mostAreMissing();
  }

  // ---- emptying a tablet

  private void drain(
      OpEngine engine, TransactionDraft draft, OpRecord op, Parts parts, long wallMillis) {
    ClusterState state = draft.state();
    NodeId tablet = op.goal().target();
    if (!state.isDrained(tablet)) {
      String why = tablet + " was put back into service meanwhile";
      engine.end(draft, op, OpState.CANCELED, OpTask.NONE, "", why, wallMillis);
      return;
    }
    int most = mayBegin() ? Math.max(0, COPIES_AT_ONCE - parts.open) : 0;
    // Partitions whose move failed are left; another attempt is the operator's to ask for.
    Draining.Look look =
        draining.look(tablet, Layout.of(state), state, most, parts.closed, free(draft));
    for (Move move : look.moves()) {
      open(engine, draft, op, move, wallMillis);
    }
    if (look.moves().isEmpty() && parts.open == 0 && look.busy() == 0) {
      String stuck = look.stuck().isEmpty() ? "" : look.stuck().get(0);
      end(engine, draft, op, parts, stuck, wallMillis);
    }
  }

  // ---- levelling

  private void level(
      OpEngine engine, TransactionDraft draft, OpRecord op, Parts parts, long wallMillis) {
    ClusterState state = draft.state();
    boolean forCopies = op.goal().mark() != OpGoal.LEADERS;
    boolean forLeaders = op.goal().mark() != OpGoal.COPIES;
    if (!mayBegin()) {
      return;
    }
    Layout layout = Layout.of(state);
    Predicate<PartitionId> notGivenUp = id -> !parts.closed.contains(id);
    Predicate<PartitionId> free = notGivenUp.and(free(draft));
    int begun = 0;
    if (forCopies) {
      begun = moveCopies(engine, draft, op, layout, free, COPIES_AT_ONCE - parts.open, wallMillis);
    }
    if (begun > 0 || parts.open > 0) {
      // Leaders last: copies that move take leaderships along.
      return;
    }
    if (forLeaders) {
      begun = moveLeaders(engine, draft, op, layout, free, wallMillis);
    }
    if (begun == 0 && isLevel(op, layout, state, notGivenUp)) {
      end(engine, draft, op, parts, "", wallMillis);
    }
  }

  private int moveCopies(
      OpEngine engine,
      TransactionDraft draft,
      OpRecord op,
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
      open(engine, draft, op, move, wallMillis);
      begun++;
    }
    return begun;
  }

  private int moveLeaders(
      OpEngine engine,
      TransactionDraft draft,
      OpRecord op,
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
        open(engine, draft, op, move, wallMillis);
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

  /** Partitions that nothing else is done about. */
  private static Predicate<PartitionId> free(TransactionDraft draft) {
    ClusterState state = draft.state();
    return id ->
        !draft.isTouched(id)
            && draft.size() < OpEngine.TRANSACTION_CHANGES
            && state.ops().of(id).stream().allMatch(other -> state.ops().find(other).isOver());
  }

  private static void open(
      OpEngine engine, TransactionDraft draft, OpRecord op, Move move, long wallMillis) {
    PartitionId id = move.partition();
    OpGoal goal = move.goal(draft.state().table(id.tid()), draft.state().partition(id));
    OpDraft part = new OpDraft(goal, op.id(), "part of op " + op.id());
    OpRecord unused = engine.open(draft, part, false, wallMillis);
    // Or it might be moved twice in one transaction, when it is too full to begin with.
    if (!draft.isTouched(id)) {
      draft.check(id);
    }
  }

  private void end(
      OpEngine engine,
      TransactionDraft draft,
      OpRecord op,
      Parts parts,
      String stuck,
      long wallMillis) {
    String text = progress(op, draft.state());
    if (parts.failed > 0) {
      String why = parts.failed + " of its moves failed; " + parts.first;
      engine.end(draft, op, OpState.FAILED, OpTask.NONE, text, why, wallMillis);
    } else if (!stuck.isEmpty()) {
      engine.end(draft, op, OpState.FAILED, OpTask.NONE, text, stuck, wallMillis);
    } else {
      engine.end(draft, op, OpState.DONE, OpTask.NONE, text, "", wallMillis);
    }
  }

  /** How far it is, in words. */
  String progress(OpRecord op, ClusterState state) {
    int over = 0;
    int open = 0;
    for (long id : state.ops().childrenOf(op.id())) {
      if (state.ops().find(id).isOver()) {
        over++;
      } else {
        open++;
      }
    }
    StringBuilder text = new StringBuilder();
    text.append(over).append(" moves over, ").append(open).append(" under way");
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
