package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpBook;
import io.holdfast.nameserver.state.OpCourse;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Brings operations to their ends. Each is looked at anew every time: its plan says from what is
 * seen whether the goal is reached, under way, or has to be wished for. So whichever nameserver is
 * active goes on with it from the record alone.
 *
 * <p>A partition is at one operation at a time; the others of the partition wait, in the order of
 * their ids. Partitions do not wait for each other.
 */
final class OpEngine {
  /** More in one transaction would be too much for ZooKeeper. */
  static final int TRANSACTION_CHANGES = 64;

  private final OpSettings settings;
  private final Mutants mutants;
  private final OpPlans plans;
  private final Map<OpType, WholeOps> wholes;
  private final List<OpRecord> late = new ArrayList<>();
  private long ignoredUpTo;

  /**
   * @param wholes who carries out the operations that are not about one partition
   */
  OpEngine(OpSettings settings, Mutants mutants, OpPlans plans, Map<OpType, WholeOps> wholes) {
    this.settings = settings;
    this.mutants = mutants;
    this.plans = plans;
    this.wholes = Map.copyOf(wholes);
  }

  /** The truth was read by a nameserver that has just become active. */
  void tookOver(ClusterState state) {
    late.clear();
    ignoredUpTo = mutants.has(Mutant.OP_LOST_AT_TAKEOVER) ? state.ops().lastId() : 0;
  }

  // ---- beginning

  /** Makes operations, and begins those whose partition is free. Returns their ids. */
  List<Long> open(TransactionDraft draft, List<OpDraft> wanted, long wallMillis) {
    List<Long> ids = new ArrayList<>();
    for (OpDraft op : wanted) {
      ids.add(open(draft, op, false, wallMillis).id());
    }
    return ids;
  }

  /** Makes an operation, and begins it if its partition is free. */
  OpRecord open(TransactionDraft draft, OpDraft wanted, boolean automatic, long wallMillis) {
    OpRecord op =
        new OpRecord(
            draft.nextOpId(),
            wanted.goal(),
            wanted.parentId(),
            automatic,
            wanted.reason(),
            wallMillis,
            OpCourse.WAITING);
    OpRecord begun = mayBegin(draft, op) ? begun(draft, op, wallMillis) : op;
    if (mutants.has(Mutant.OP_NOT_IN_SAME_TRANSACTION) && !automatic) {
      late.add(begun);
    } else {
      draft.create(begun);
    }
    return begun;
  }

  private boolean mayBegin(TransactionDraft draft, OpRecord op) {
    PartitionId partition = op.goal().partition();
    if (partition == null) {
      return true;
    }
    return !draft.isTouched(partition)
        && draft.partitions() < TRANSACTION_CHANGES
        && draft.state().partition(partition) != null
        && isTurnOf(draft, op);
  }

  private boolean isTurnOf(TransactionDraft draft, OpRecord op) {
    PartitionId partition = op.goal().partition();
    if (mutants.has(Mutant.OP_TWO_PER_PARTITION)) {
      return true;
    }
    if (draft.running(partition) != null) {
      return false;
    }
    OpBook ops = draft.state().ops();
    for (long other : ops.of(partition)) {
      if (other < op.id() && !ops.find(other).isOver()) {
        return false;
      }
    }
    return true;
  }

  /** The operation as begun; what it wishes for becomes part of the draft. */
  private OpRecord begun(TransactionDraft draft, OpRecord op, long wallMillis) {
    if (op.goal().partition() != null) {
      PartitionRecord record = draft.state().partition(op.goal().partition());
      OpLook look = plans.of(op).look(op.goal(), record, draft.state());
      if (look.kind() == OpLook.Kind.WISH) {
        draft.change(look.wish());
      } else {
        // Or this might arrive late, after a change of leader has come first.
        draft.check(op.goal().partition());
      }
    }
    OpCourse course = op.course();
    long patience = op.automatic() ? 0 : settings.deadlineMillis(op.goal().type());
    return op.with(
        course.begun(
            wallMillis,
            patience == 0 ? 0 : wallMillis + patience,
            wallMillis + settings.retryMillis(course.attempts() + 1)));
  }

  // ---- going on

  /** Decides what is next for the operations that are open. */
  void step(TransactionDraft draft, long wallMillis) {
    late.forEach(draft::create);
    late.clear();
    OpBook ops = draft.state().ops();
    for (long id : ops.open()) {
      if (draft.size() >= TRANSACTION_CHANGES) {
        return;
      }
      OpRecord op = ops.find(id);
      PartitionId partition = op.goal().partition();
      if (id <= ignoredUpTo || draft.isTouched(id)) {
        continue;
      }
      OpRecord parent = op.parentId() == 0 ? null : ops.find(op.parentId());
      if (parent != null && parent.state() == OpState.CANCELED) {
        String why = "op " + parent.id() + ", of which it is a part, was cancelled";
        if (partition == null || !draft.isTouched(partition)) {
          end(draft, op, OpState.CANCELED, OpTask.NONE, "", why, wallMillis);
        }
      } else if (partition == null) {
        wholes.get(op.goal().type()).step(this, draft, op, wallMillis);
      } else if (draft.state().partition(partition) == null) {
        end(draft, op, OpState.CANCELED, OpTask.NONE, "", "the table was dropped", wallMillis);
      } else if (!draft.isTouched(partition)) {
        step(draft, op, draft.state().partition(partition), wallMillis);
      }
    }
    forgetOldest(draft);
  }

  private void step(TransactionDraft draft, OpRecord op, PartitionRecord record, long wallMillis) {
    if (op.state() == OpState.INITED) {
      if (isOverdue(op, wallMillis)) {
        fail(draft, op, OpTask.NONE, op.course().progress(), wallMillis);
      } else if (mayBegin(draft, op)) {
        draft.change(begun(draft, op, wallMillis));
      }
      return;
    }
    OpLook look = plans.of(op).look(op.goal(), record, draft.state());
    switch (look.kind()) {
      case DONE -> end(draft, op, OpState.DONE, OpTask.NONE, look.text(), "", wallMillis);
      case IMPOSSIBLE -> fail(draft, op, look.task(), look.text(), wallMillis);
      case DOING -> {
        // A term that is open must get its leader; to give up now would change nothing.
        if (isOverdue(op, wallMillis) && look.task() != OpTask.CHANGE_LEADER) {
          fail(draft, op, look.task(), gaveUp(op) + look.text(), wallMillis);
        }
      }
      case WISH -> {
        OpCourse course = op.course();
        boolean tooLate =
            course.deadlineMillis() != 0 && course.retryMillis() >= course.deadlineMillis();
        if (isOverdue(op, wallMillis) || tooLate) {
          fail(draft, op, look.task(), gaveUp(op) + look.text(), wallMillis);
        } else if (wallMillis >= course.retryMillis()) {
          draft.change(begun(draft, op, wallMillis));
        }
      }
    }
  }

  private static String gaveUp(OpRecord op) {
    int attempts = op.course().attempts();
    return "given up after " + attempts + (attempts == 1 ? " attempt: " : " attempts: ");
  }

  private static boolean isOverdue(OpRecord op, long wallMillis) {
    long deadline = op.course().deadlineMillis();
    return deadline != 0 && wallMillis >= deadline;
  }

  /** Another operation comes first; this one is planned anew behind it. */
  void preempt(TransactionDraft draft, OpRecord op, long by) {
    draft.change(op.with(op.course().putBack("waits for op " + by + ", a change of leader")));
  }

  // ---- ending

  private void fail(TransactionDraft draft, OpRecord op, OpTask task, String why, long wallMillis) {
    end(draft, op, OpState.FAILED, task, "", why, wallMillis);
  }

  /** Ends an operation; what it wished for in vain is taken back. */
  void end(
      TransactionDraft draft,
      OpRecord op,
      OpState state,
      OpTask task,
      String text,
      String why,
      long wallMillis) {
    PartitionId partition = op.goal().partition();
    PartitionRecord record = partition == null ? null : draft.state().partition(partition);
    if (state != OpState.DONE && record != null && op.course().attempts() > 0) {
      PartitionRecord back = plans.of(op).withdrawn(op.goal(), record, draft.state());
      if (back != null) {
        draft.change(back);
      }
    }
    draft.change(op.with(op.course().ended(state, task.wireName(), text, why, wallMillis)));
  }

  private void forgetOldest(TransactionDraft draft) {
    OpBook ops = draft.state().ops();
    int tooMany = ops.size() - ops.open().size() - settings.maxFinished();
    if (tooMany <= 0) {
      return;
    }
    for (OpRecord op : ops.all()) {
      if (tooMany <= 0 || draft.size() >= TRANSACTION_CHANGES) {
        return;
      }
      boolean partOfOpen = op.parentId() != 0 && ops.open().contains(op.parentId());
      if (op.isOver() && !partOfOpen && !draft.isTouched(op.id())) {
        draft.forget(op);
        tooMany--;
      }
    }
  }

  // ---- looking

  /** Where an operation stands now. One that waits says for what. */
  OpLook look(OpRecord op, ClusterState state) {
    PartitionId partition = op.goal().partition();
    if (op.state() == OpState.DOING && partition != null && state.partition(partition) != null) {
      return plans.of(op).look(op.goal(), state.partition(partition), state);
    }
    if (op.state() == OpState.DOING && partition == null) {
      WholeOps whole = wholes.get(op.goal().type());
      return OpLook.doing(whole.task(op, state), whole.progress(op, state));
    }
    String waits = op.course().progress();
    if (op.state() == OpState.INITED && waits.isEmpty() && partition != null) {
      OpRecord before = state.ops().running(partition);
      waits = before == null ? "" : "waits for op " + before.id() + " of the same partition";
    }
    return OpLook.doing(OpTask.NONE, waits);
  }
}
