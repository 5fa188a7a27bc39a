package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.control.ElectionPlanner.Basis;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.LossReport;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lets an operator go on without the in-sync members that are lost. Never by itself, and not while
 * the members that are there would do.
 *
 * <p>In steps: a new term is opened, which fences every copy that is there; enough time passes for
 * every lease to run out; then the best copy that has answered becomes the whole in-sync set. If
 * enough members come back in the meantime, they have their ordinary election and nothing is lost.
 * The members that were done without become learners: whatever they hold is never counted again
 * unless it equals the new leader's log.
 *
 * <p>A wish is kept in memory only. After a change of nameserver the operator repeats it; all that
 * has happened by then is that a term was opened.
 */
final class LossDesk {
  private static final int MAX_REASON_CHARS = 500;

  /** How long copies may take to answer before the operator is told that none does. */
  private static final int PATIENCE = 3;

  private static final class Wish {
    final AdminCommand.AcceptLoss command;
    final Consumer<AdminResult> done;
    long term;
    long since;

    Wish(AdminCommand.AcceptLoss command, Consumer<AdminResult> done) {
      this.command = command;
      this.done = done;
    }
  }

  /** A record that gives something up, and the report about it. They are written together. */
  record Conclusion(PartitionRecord record, LossReport report, boolean isFirst) {}

  private final ControllerSettings settings;
  private final Mutants mutants;
  private final TabletRegistry tablets;
  private final ElectionPlanner elections;
  private final CommitWatch commits;
  private final Map<PartitionId, Wish> wishes = new TreeMap<>();

  LossDesk(
      ControllerSettings settings,
      Mutants mutants,
      TabletRegistry tablets,
      ElectionPlanner elections,
      CommitWatch commits) {
    this.settings = settings;
    this.mutants = mutants;
    this.tablets = tablets;
    this.elections = elections;
    this.commits = commits;
  }

  // ---- wishes

  /**
   * Takes a wish, or says why not.
   *
   * @param watch gives what is known of a partition
   * @param done told once how it ended, possibly before this returns
   */
  void submit(
      AdminCommand.AcceptLoss command,
      ClusterState state,
      Function<PartitionId, PartitionWatch> watch,
      Consumer<AdminResult> done) {
    TableSpec table = state.table(command.db(), command.table());
    if (table == null) {
      done.accept(new AdminResult(AdminResult.TABLE_DOES_NOT_EXIST, "table does not exist"));
      return;
    }
    PartitionId id = new PartitionId(table.tid(), command.pid());
    PartitionRecord record = state.partition(id);
    String refusal =
        record == null
            ? "there is no partition " + command.pid() + " of " + table
            : wishes.containsKey(id)
                ? "partition " + id + " is being recovered already; look again in a moment"
                : refusal(command, record, table, watch.apply(id));
    if (refusal != null) {
      done.accept(new AdminResult(AdminResult.INVALID_PARAMETER, refusal));
    } else {
      wishes.put(id, new Wish(command, done));
    }
  }

  private String refusal(
      AdminCommand.AcceptLoss command,
      PartitionRecord record,
      TableSpec table,
      PartitionWatch watch) {
    if (command.reason().isBlank() || command.reason().length() > MAX_REASON_CHARS) {
      return "a reason of 1 to "
          + MAX_REASON_CHARS
          + " characters is needed; it is kept in the report";
    }
    String needless = whyNotNeeded(record, table, watch);
    if (needless != null && !mutants.has(Mutant.LOSS_WITHOUT_NEED)) {
      return needless;
    }
    if (record.holders().stream()
        .noneMatch(tablet -> !record.isWitness(tablet) && isUsable(tablet, record.id()))) {
      return "no tablet that is up has a usable copy of partition " + record.id();
    }
    if (!command.bypassedAreStopped()) {
      return "nothing was done. Make sure that the processes of "
          + bypassed(record)
          + " have ended, for one that is merely out of sight may still be taking writes, and say"
          + " so with --bypassed-are-stopped";
    }
    return null;
  }

  /** Why nothing needs to be given up; null when it does. */
  String whyNotNeeded(PartitionRecord record, TableSpec table, PartitionWatch watch) {
    if (record.phase() == Phase.LEAD && tablets.isAlive(record.leader())) {
      return "partition "
          + record.id()
          + " has a leader, "
          + record.leader()
          + ", that is up; nothing needs to be given up";
    }
    int needed = elections.needed(record, table.options());
    int hopeful = 0;
    boolean canLead = false;
    for (Member member : record.members().members()) {
      if (mayCount(member, record, watch)) {
        hopeful++;
        canLead |= !record.isWitness(member.tablet());
      }
    }
    return hopeful >= needed && canLead
        ? "enough in-sync members of partition "
            + record.id()
            + " are up for a safe election; wait for it"
        : null;
  }

  /** Whether a member is there and, as far as is known, in the state in which it was in sync. */
  private boolean mayCount(Member member, PartitionRecord record, PartitionWatch watch) {
    if (!tablets.isAlive(member.tablet())) {
      return false;
    }
    Fenced answer = record.phase() == Phase.ELECT ? watch.answers().get(member.tablet()) : null;
    if (answer != null) {
      return elections.counts(answer.flags())
          && (!member.uid().isKnown() || member.uid().equals(answer.uid()));
    }
    ReplicaStatus status = tablets.find(member.tablet()).replica(record.id());
    return status != null
        && elections.counts(status.flags())
        && (!member.uid().isKnown() || member.uid().equals(status.uid()));
  }

  private boolean isUsable(NodeId tablet, PartitionId id) {
    TabletHealth health = tablets.find(tablet);
    ReplicaStatus status = health != null && health.isAlive() ? health.replica(id) : null;
    return status != null && !status.flags().isOutOfService();
  }

  private List<NodeId> bypassed(PartitionRecord record) {
    List<NodeId> result = new ArrayList<>(record.members().tablets());
    result.removeIf(tablet -> isUsable(tablet, record.id()));
    return result;
  }

  // ---- deciding

  /** Whether a partition is waiting for a loss to be accepted. */
  boolean isWanted(PartitionId id) {
    return wishes.containsKey(id);
  }

  /** The record that opens the term of a wish; null when it is open already. */
  PartitionRecord opened(PartitionRecord record) {
    Wish wish = wishes.get(record.id());
    if (wish.term != 0) {
      return null;
    }
    wish.term = record.term() + 1;
    wish.since = PartitionWatch.NEVER;
    return ElectionPlanner.opened(record);
  }

  /** The record and the report that fulfil a wish; null while it is not time, or not any more. */
  Conclusion concluded(
      PartitionRecord record, TableSpec table, ClusterState state, PartitionWatch watch, long now) {
    Wish wish = wishes.get(record.id());
    if (record.term() < wish.term) {
      // The transaction that was to open it has failed.
      wish.term = 0;
      return null;
    }
    if (record.phase() != Phase.ELECT || record.term() != wish.term) {
      end(record.id(), "a leader was found in the ordinary way; nothing was given up");
      return null;
    }
    if (wish.since == PartitionWatch.NEVER) {
      wish.since = now;
    }
    boolean safe = elections.basis(record, table.options(), watch.answers(), null) != Basis.NONE;
    if (safe && !mutants.has(Mutant.LOSS_WITHOUT_NEED)
        || now - wish.since < settings.safety().lossWaitNanos()) {
      return null;
    }
    NodeId leader = best(record, watch.answers());
    if (leader == null) {
      if (now - wish.since >= PATIENCE * settings.safety().lossWaitNanos()) {
        refuse(record.id(), "no usable copy of partition " + record.id() + " has answered");
      }
      return null;
    }
    PartitionRecord next = elections.concludedWith(record, watch.answers(), leader);
    LossReport before = state.loss(record.id());
    return new Conclusion(
        next, report(wish, before, record, watch.answers().get(leader), leader), before == null);
  }

  private LossReport report(
      Wish wish, LossReport before, PartitionRecord record, Fenced chosen, NodeId leader) {
    List<NodeId> bypassed = new ArrayList<>(record.members().tablets());
    bypassed.remove(leader);
    return new LossReport(
        record.id(),
        before == null ? 1 : before.count() + 1,
        record.term(),
        leader,
        chosen.uid(),
        chosen.lastTerm(),
        chosen.lastOffset(),
        commits.highest(record.id()),
        bypassed,
        wish.command.reason(),
        wish.command.atMillis(),
        true);
  }

  /** Whose log is the best of all that answered, in sync or not; null when none is usable. */
  NodeId best(PartitionRecord record, Map<NodeId, Fenced> answers) {
    Comparator<Fenced> order =
        Comparator.comparingLong(Fenced::lastTerm)
            .thenComparingLong(Fenced::lastOffset)
            .thenComparing(answer -> answer.flags().isClean());
    NodeId best = null;
    for (NodeId tablet : record.holders()) {
      Fenced answer = answers.get(tablet);
      if (answer != null
          && !record.isWitness(tablet)
          && !answer.flags().isOutOfService()
          && (best == null || order.compare(answer, answers.get(best)) > 0)) {
        best = tablet;
      }
    }
    return best;
  }

  // ---- ends

  /** A report is the truth now. */
  void reported(LossReport report) {
    if (report.open()) {
      end(
          report.partition(),
          report.leader()
              + " leads partition "
              + report.partition()
              + " in term "
              + report.term()
              + " with its records up to "
              + report.lastOffset()
              + (report.knownCommit() == 0
                  ? "; it is not known what was committed"
                  : "; known to have been committed: " + report.knownCommit()));
    }
  }

  private void end(PartitionId id, String text) {
    Wish wish = wishes.remove(id);
    if (wish != null) {
      wish.done.accept(new AdminResult(0, text));
    }
  }

  private void refuse(PartitionId id, String text) {
    Wish wish = wishes.remove(id);
    if (wish != null) {
      wish.done.accept(new AdminResult(AdminResult.CREATE_OP_FAILED, text));
    }
  }

  /** The leadership is over, or a table is gone. */
  void reset(AdminResult why) {
    List<Wish> all = List.copyOf(wishes.values());
    wishes.clear();
    all.forEach(wish -> wish.done.accept(why));
  }

  void forget(int tid) {
    for (PartitionId id : List.copyOf(wishes.keySet())) {
      if (id.tid() == tid) {
        refuse(id, "the table was dropped meanwhile");
      }
    }
  }
}
