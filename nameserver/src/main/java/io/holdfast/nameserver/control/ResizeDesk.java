package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.AdminDesk.Plan;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;

/** The command that gives a table more or fewer copies. */
final class ResizeDesk {
  private final Spares spares;
  private final Resizing resizing;

  ResizeDesk(TabletRegistry tablets, Spares spares) {
    this.spares = spares;
    this.resizing = new Resizing(tablets, spares);
  }

  Plan resize(AdminCommand.SetReplicaNum set, ClusterState state) {
    TableSpec table = state.table(set.db(), set.table());
    if (table == null) {
      return PlacementDesk.noTable();
    }
    int before = table.options().replicas();
    int wanted = set.replicas();
    TableSpec changed;
    try {
      changed = table.withOptions(table.options().withReplicas(wanted));
    } catch (IllegalArgumentException e) {
      return Plan.refuse(AdminResult.INVALID_PARAMETER, e.getMessage());
    }
    String unfit = wanted > before ? whyTooMany(changed, state) : null;
    if (unfit != null) {
      return Plan.refuse(AdminResult.TOO_FEW_TABLETS, unfit);
    }
    OpRecord open = openResize(table, state);
    if (wanted == before && open != null) {
      return new Plan(null, List.of(), OpGoals.begun(List.of(open.id())));
    }
    OpGoal goal =
        new OpGoal(
            OpType.SET_REPLICA_NUM, table.db(), table.name(), null, null, null, false, wanted);
    Plan begun = Plan.begun(List.of(OpDraft.command(goal, "setreplicanum")));
    // Even with the number as it is: partitions may have more or fewer, and then it helps.
    return wanted == before
        ? begun
        : begun.with(new MetaChange.TableChanged(changed, state.tableVersion(table.tid())));
  }

  private static OpRecord openResize(TableSpec table, ClusterState state) {
    for (long id : state.ops().open()) {
      OpRecord op = state.ops().find(id);
      if (op.goal().type() == OpType.SET_REPLICA_NUM
          && op.goal().db().equals(table.db())
          && op.goal().table().equals(table.name())
          && op.goal().mark() == table.options().replicas()) {
        return op;
      }
    }
    return null;
  }

  /** Why there are not enough tablets for a table as it is to be; null when there are. */
  private String whyTooMany(TableSpec table, ClusterState state) {
    List<NodeId> usable = spares.usable(state);
    int voters = table.options().voters();
    if (usable.size() < voters) {
      return "nothing was changed: a partition would have "
          + voters
          + " members, each on a tablet of its own, and "
          + usable.size()
          + " tablets are up and in service; add tablets first";
    }
    long hosts = Spares.hosts(usable, state);
    return state.areHostsApart() && hosts < voters
        ? "nothing was changed: a partition would have "
            + voters
            + " members, each on a host of its own (replica_reliability_level is 1), and the"
            + " tablets that are up and in service are on "
            + hosts
            + " hosts; add hosts first, or see host_label (confget)"
        : null;
  }

  /** What would be added or removed, as far as is known now. */
  List<OpGoal> steps(OpGoal goal, ClusterState state) {
    int wanted = (int) goal.mark();
    TableSpec table = state.table(goal.db(), goal.table());
    TableSpec changed = table.withOptions(table.options().withReplicas(wanted));
    Layout layout = Layout.of(state);
    List<OpGoal> steps = new ArrayList<>();
    for (int pid = 0; pid < table.partitions(); pid++) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      while (Resizing.copies(record, layout) != wanted) {
        OpGoal step = resizing.step(changed, record, layout, state);
        if (step == null) {
          break;
        }
        layout.foresee(step);
        steps.add(step);
      }
    }
    return steps;
  }
}
