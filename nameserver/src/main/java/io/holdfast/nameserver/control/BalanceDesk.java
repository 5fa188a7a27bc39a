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
import java.util.Set;
import java.util.TreeSet;

/** Commands that empty a tablet or spread what there is. Plans are made before anything is done. */
final class BalanceDesk {
  private final TabletRegistry tablets;
  private final Spares spares;
  private final Draining draining;
  private final Levelling levelling;
  private final Resizing resizing;

  BalanceDesk(TabletRegistry tablets, Spares spares, Levelling levelling) {
    this.tablets = tablets;
    this.spares = spares;
    this.draining = new Draining(spares);
    this.levelling = levelling;
    this.resizing = new Resizing(tablets, spares);
  }

  /** The change that says whether a tablet is to be emptied; null when it is said already. */
  static MetaChange drained(NodeId tablet, boolean drained, ClusterState state) {
    return state.isDrained(tablet) == drained
        ? null
        : new MetaChange.ConfigSet(ClusterState.drainedKey(tablet), drained ? "true" : "");
  }

  Plan drain(AdminCommand.DrainEndpoint drain, ClusterState state) {
    NodeId tablet = drain.tablet();
    if (tablets.find(tablet) == null) {
      return PlacementDesk.noEndpoint(tablet);
    }
    OpRecord open = PlacementDesk.openOp(OpType.DRAIN_ENDPOINT, null, tablet, state);
    if (open != null) {
      return new Plan(null, List.of(), OpGoals.begun(List.of(open.id())));
    }
    Draining.Look look =
        draining.look(
            tablet, Layout.of(state), state, Integer.MAX_VALUE, Set.of(), anyPartition -> true);
    if (!look.stuck().isEmpty()) {
      return Plan.refuse(
          AdminResult.CREATE_OP_FAILED,
          "nothing was changed: of the "
              + (look.moves().size() + look.stuck().size())
              + " copies on "
              + tablet
              + ", "
              + look.stuck().size()
              + " would have nowhere to go; "
              + look.stuck().get(0));
    }
    OpGoal goal = OpGoal.ofTablet(OpType.DRAIN_ENDPOINT, tablet);
    return Plan.begun(List.of(OpDraft.command(goal, "drain"))).with(drained(tablet, true, state));
  }

  Plan rebalance(AdminCommand.Rebalance rebalance, ClusterState state) {
    for (long id : state.ops().open()) {
      if (state.ops().find(id).goal().type() == OpType.REBALANCE) {
        return new Plan(null, List.of(), OpGoals.begun(List.of(id)));
      }
    }
    if (moves(rebalance, state).isEmpty()) {
      return Plan.of(AdminResult.OK);
    }
    long mark = 0;
    if (rebalance.copies() != rebalance.leaders()) {
      mark = rebalance.copies() ? OpGoal.COPIES : OpGoal.LEADERS;
    }
    OpGoal goal = new OpGoal(OpType.REBALANCE, "", "", null, null, null, false, mark);
    return Plan.begun(List.of(OpDraft.command(goal, "rebalance")));
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
    long hosts = usable.stream().map(state::hostOf).distinct().count();
    return state.areHostsApart() && hosts < voters
        ? "nothing was changed: a partition would have "
            + voters
            + " members, each on a host of its own (replica_reliability_level is 1), and the"
            + " tablets that are up and in service are on "
            + hosts
            + " hosts; add hosts first, or see host_label (confget)"
        : null;
  }

  /** What would move off a tablet, as far as is known now. */
  List<Move> moves(NodeId tablet, ClusterState state) {
    return draining
        .look(tablet, Layout.of(state), state, Integer.MAX_VALUE, Set.of(), any -> true)
        .moves();
  }

  /** What would be added or removed, as far as is known now. */
  List<OpGoal> steps(AdminCommand.SetReplicaNum set, ClusterState state) {
    TableSpec table = state.table(set.db(), set.table());
    TableSpec changed = table.withOptions(table.options().withReplicas(set.replicas()));
    Layout layout = Layout.of(state);
    List<OpGoal> steps = new ArrayList<>();
    for (int pid = 0; pid < table.partitions(); pid++) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      while (Resizing.copies(record, layout) != set.replicas()) {
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

  /** What would move, as far as is known now; leaders are counted where copies will be. */
  List<Move> moves(AdminCommand.Rebalance rebalance, ClusterState state) {
    List<Move> moves = new ArrayList<>();
    Layout layout = Layout.of(state);
    Set<PartitionId> moved = new TreeSet<>();
    if (rebalance.copies()) {
      Move move = levelling.copy(layout, state, id -> !moved.contains(id));
      while (move != null) {
        add(move, layout, moves, moved);
        move = levelling.copy(layout, state, id -> !moved.contains(id));
      }
    }
    if (rebalance.leaders()) {
      List<Move> chain;
      do {
        chain = levelling.leaders(layout, state, id -> !moved.contains(id));
        chain.forEach(move -> add(move, layout, moves, moved));
      } while (!chain.isEmpty());
    }
    return moves;
  }

  private static void add(Move move, Layout layout, List<Move> moves, Set<PartitionId> moved) {
    move.applyTo(layout);
    moves.add(move);
    moved.add(move.partition());
  }
}
