package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.protocol.model.PartitionId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What has become of the parts of one operation, as far as they were begun. */
final class OpParts {
  private final OpRecord whole;
  private int open;
  private int failed;
  private String first = "";
  private final Set<PartitionId> givenUp = new HashSet<>();

  private OpParts(OpRecord whole) {
    this.whole = whole;
  }

  static OpParts of(OpRecord whole, ClusterState state) {
    OpParts parts = new OpParts(whole);
    for (long id : state.ops().childrenOf(whole.id())) {
      OpRecord part = state.ops().find(id);
      if (!part.isOver()) {
        parts.open++;
      } else if (part.state() != OpState.DONE) {
        parts.first = parts.failed == 0 ? "op " + id + ": " + part.course().error() : parts.first;
        parts.failed++;
        parts.givenUp.add(part.goal().partition());
      }
    }
    return parts;
  }

  int open() {
    return open;
  }

  /** Partitions of which a part failed; another attempt is the operator's to ask for. */
  Set<PartitionId> givenUp() {
    return givenUp;
  }

  /** Partitions that nothing is done about just now. */
  static Predicate<PartitionId> free(TransactionDraft draft) {
    ClusterState state = draft.state();
    return id ->
        !draft.isTouched(id)
            && draft.size() < OpEngine.TRANSACTION_CHANGES
            && state.ops().of(id).stream().allMatch(other -> state.ops().find(other).isOver());
  }

  void begin(OpEngine engine, TransactionDraft draft, OpGoal goal, long wallMillis) {
    OpDraft part = new OpDraft(goal, whole.id(), "part of op " + whole.id());
    OpRecord unused = engine.open(draft, part, false, wallMillis);
    // Or there might be two for one partition, when the transaction is too full to begin with it.
    draft.check(goal.partition());
  }

  /**
   * Ends the whole.
   *
   * @param stuck why something could not even be begun; empty for nothing
   */
  void end(OpEngine engine, TransactionDraft draft, String text, String stuck, long wallMillis) {
    String why = failed > 0 ? failed + " of its parts failed; " + first : stuck;
    OpState state = why.isEmpty() ? OpState.DONE : OpState.FAILED;
    engine.end(draft, whole, state, OpTask.NONE, text, why, wallMillis);
  }

  /** How many of its parts are over, and how many are not. */
  static String counted(OpRecord whole, ClusterState state) {
    int over = 0;
    int open = 0;
    for (long id : state.ops().childrenOf(whole.id())) {
      if (state.ops().find(id).isOver()) {
        over++;
      } else {
        open++;
      }
    }
    return over + " parts over, " + open + " under way";
  }

  /** Lets an operation be looked at now and then only. */
  static final class Pace {
    /** Plans are made from everything there is, which costs more than a look at one partition. */
    private static final long MILLIS = 100;

    private final Map<Long, Long> looked = new HashMap<>();

    boolean isDue(OpRecord op, ClusterState state, long wallMillis) {
      Long before = looked.get(op.id());
      // A clock that is set back must not hold anything up.
      if (before != null && Math.abs(wallMillis - before) < MILLIS) {
        return false;
      }
      looked.keySet().retainAll(state.ops().open());
      looked.put(op.id(), wallMillis);
      return true;
    }
  }
}
