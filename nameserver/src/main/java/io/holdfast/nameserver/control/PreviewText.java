package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command's plan says would be done, in words. The plan is the one that would be carried
 * out; only who leads next where the plan leaves it open is as it would be decided now.
 */
final class PreviewText {
  private final PlannedChanges changes;
  private final BalanceDesk balance;
  private final ResizeDesk resize;

  PreviewText(PlannedChanges changes, BalanceDesk balance, ResizeDesk resize) {
    this.changes = changes;
    this.balance = balance;
    this.resize = resize;
  }

  CommandPreview of(AdminDesk.Plan plan, ClusterState state) {
    if (plan.refusal() != null) {
      return new CommandPreview(plan.refusal(), List.of());
    }
    List<String> lines = new ArrayList<>();
    if (plan.changes().isEmpty() && plan.ops().isEmpty()) {
      lines.add("it is under way already (showopstatus)");
    }
    plan.changes().forEach(change -> describe(change, state, lines));
    for (OpDraft op : plan.ops()) {
      describe(op.goal(), state, lines);
    }
    return new CommandPreview(AdminResult.OK, lines);
  }

  // ---- changes

  static void describe(MetaChange change, ClusterState state, List<String> lines) {
    if (change instanceof MetaChange.TableCreated created) {
      TableSpec table = created.table();
      lines.add("table " + table + " is made, with " + table.partitions() + " partitions");
    } else if (change instanceof MetaChange.PartitionCreated created) {
      lines.add("partition " + created.record().id() + " is placed on " + placed(created.record()));
    } else if (change instanceof MetaChange.TableDropped dropped) {
      int copies = 0;
      for (int pid = 0; pid < dropped.table().partitions(); pid++) {
        PartitionId id = new PartitionId(dropped.table().tid(), pid);
        copies += state.partition(id).holders().size();
      }
      lines.add(
          "table "
              + dropped.table()
              + " is dropped: the tablets put aside the "
              + copies
              + " copies of its "
              + dropped.table().partitions()
              + " partitions");
    } else if (change instanceof MetaChange.TableChanged changed) {
      describe(changed.table(), state.table(changed.table().tid()), lines);
    } else if (change instanceof MetaChange.TabletSwitched switched) {
      String how = switched.offline() ? " goes out of service" : " is put back into service";
      lines.add(switched.tablet() + how);
    } else if (change instanceof MetaChange.ConfigSet set) {
      String drained = ClusterState.drainedEndpoint(set.key());
      if (drained == null) {
        lines.add("the setting " + set.key() + " becomes " + set.value());
      } else {
        lines.add(
            drained
                + (set.value().isEmpty()
                    ? " may get copies again"
                    : " gets no more copies, until recoverendpoint"));
      }
    } else {
      lines.add(change.toString());
    }
  }

  private static void describe(TableSpec after, TableSpec before, List<String> lines) {
    if (after.options().replicas() != before.options().replicas()) {
      lines.add("table " + after + " asks for " + after.options().replicas() + " replicas");
    }
    after
        .alterations()
        .ttls()
        .forEach(
            (index, ttl) -> {
              if (!ttl.equals(before.alterations().ttls().get(index))) {
                lines.add(
                    "rows of table "
                        + after
                        + " are too old in index "
                        + index
                        + " by the rule "
                        + ttl
                        + "; what was too old at the newest write stays so");
              }
            });
    after.alterations().indexes().stream()
        .skip(before.alterations().indexes().size())
        .forEach(
            index ->
                lines.add(
                    "table "
                        + after
                        + " has the index "
                        + index.name()
                        + " besides, which takes rows that are put from then on"));
    for (int index : after.alterations().deleted()) {
      if (!before.alterations().deleted().contains(index)) {
        lines.add("index " + index + " of table " + after + " is deleted, with its entries");
      }
    }
    describeColumns(after, before, lines);
    if (after.alterations().truncations() > before.alterations().truncations()) {
      lines.add("all rows of table " + after + " are removed");
    }
  }

  private static void describeColumns(TableSpec after, TableSpec before, List<String> lines) {
    List<AddedColumn> columns = after.alterations().columns();
    for (AddedColumn column :
        columns.subList(before.alterations().columns().size(), columns.size())) {
      lines.add(
          "column "
              + column.name()
              + " is added to table "
              + after
              + "; it is NULL in the rows that are there");
    }
  }

  private static String placed(PartitionRecord record) {
    List<String> names = new ArrayList<>();
    for (NodeId tablet : record.members().tablets()) {
      names.add(record.isWitness(tablet) ? tablet + " (witness)" : tablet.toString());
    }
    return String.join(", ", names);
  }

  // ---- operations

  void describe(OpGoal goal, ClusterState state, List<String> lines) {
    switch (goal.type()) {
      case OFFLINE_ENDPOINT, RECOVER_ENDPOINT -> {
        int before = lines.size();
        for (PartitionId id : state.partitionIds()) {
          PartitionRecord record = state.partition(id);
          if (TabletOps.isPart(goal, record)) {
            OpGoal part = TabletOps.part(goal, id, state);
            lines.add(partition(part, record, state));
          }
        }
        if (lines.size() == before) {
          lines.add("no partition has anything to do with it");
        }
      }
      case DRAIN_ENDPOINT -> describe(balance.moves(goal.target(), state), state, lines);
      case REBALANCE -> describe(balance.moves(BalanceDesk.asked(goal), state), state, lines);
      case SET_REPLICA_NUM ->
          resize
              .steps(goal, state)
              .forEach(
                  step -> lines.add(partition(step, state.partition(step.partition()), state)));
      case ADD_INDEX ->
          lines.add(
              "its "
                  + state.table(goal.db(), goal.table()).partitions()
                  + " partitions are gone through, up to "
                  + FillOrders.AT_ONCE
                  + " at a time, for the entries of rows that are there; it answers nothing"
                  + " before");
      default -> lines.add(partition(goal, state.partition(goal.partition()), state));
    }
  }

  private void describe(List<Move> moves, ClusterState state, List<String> lines) {
    for (Move move : moves) {
      PartitionRecord record = state.partition(move.partition());
      OpGoal goal = move.goal(state.table(move.partition().tid()), record);
      lines.add(partition(goal, record, state));
    }
    if (moves.isEmpty()) {
      lines.add("nothing has to move");
    }
  }

  private String partition(OpGoal goal, PartitionRecord record, ClusterState state) {
    return "partition " + record.id() + " of " + goal.table() + ": " + deed(goal, record, state);
  }

  private String deed(OpGoal goal, PartitionRecord record, ClusterState state) {
    NodeId target = goal.target();
    return switch (goal.type()) {
      case CHANGE_LEADER ->
          (target == null ? heir(record, state) : target.toString())
              + " leads instead of "
              + record.leader()
              + ", once it holds all there is";
      case ADD_REPLICA ->
          target
              + " gets a copy, filled by the leader"
              + (goal.learner() ? "; it stays a learner" : "")
              + (goal.isWitness() ? "; it is a witness, with the log only" : "");
      case PROMOTE_REPLICA, READD_REPLICA ->
          "the copy on " + target + " catches up and is in sync then";
      case RECOVER_TABLE, UPDATE_TABLE_ALIVE ->
          "a leader serves, and the copy on " + target + " is in sync";
      case DEL_REPLICA ->
          leaves(target, record, state) + "; its copy is put aside" + rest(target, record);
      case OFFLINE_REPLICA -> leaves(target, record, state) + rest(target, record);
      case MIGRATE ->
          target
              + " gets a copy, filled by the leader; once it is in sync, "
              + leaves(goal.source(), record, state)
              + ", and its copy is put aside";
      case MAKE_SNAPSHOT -> record.leader() + " makes a snapshot of all it has applied";
      default -> goal.type().wireName();
    };
  }

  private String leaves(NodeId tablet, PartitionRecord record, ClusterState state) {
    if (!record.members().contains(tablet)) {
      return tablet + ", which is not in sync, goes";
    }
    boolean leads = record.phase() == Phase.LEAD && tablet.equals(record.leader());
    return leads
        ? heir(record, state) + " leads instead of " + tablet + ", which leaves the in-sync set"
        : tablet + " leaves the in-sync set";
  }

  private static String rest(NodeId tablet, PartitionRecord record) {
    List<NodeId> rest =
        record.members().tablets().stream().filter(other -> !other.equals(tablet)).toList();
    return record.members().contains(tablet) ? "; in sync stay " + rest : "";
  }

  private String heir(PartitionRecord record, ClusterState state) {
    NodeId heir = changes.heir(record, state);
    return heir == null ? "whoever is in sync then" : heir.toString();
  }

  /** Commands whose plans can be told beforehand. */
  static boolean canBePreviewed(AdminCommand command) {
    return !(command instanceof AdminCommand.AcceptLoss)
        && !(command instanceof AdminCommand.ClearLoss);
  }
}
