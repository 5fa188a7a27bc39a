package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.AdminDesk.Plan;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Commands that empty a tablet or spread what there is. Plans are made before anything is done. */
final class BalanceDesk {
  private final TabletRegistry tablets;
  private final Draining draining;
  private final Levelling levelling;

  BalanceDesk(TabletRegistry tablets, Spares spares, Levelling levelling) {
    this.tablets = tablets;
    this.draining = new Draining(spares);
    this.levelling = levelling;
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

  /** What the goal of a rebalance asks for. */
  static AdminCommand.Rebalance asked(OpGoal goal) {
    return new AdminCommand.Rebalance(goal.mark() != OpGoal.LEADERS, goal.mark() != OpGoal.COPIES);
  }

  /** What would move off a tablet, as far as is known now. */
  List<Move> moves(NodeId tablet, ClusterState state) {
    return draining
        .look(tablet, Layout.of(state), state, Integer.MAX_VALUE, Set.of(), any -> true)
        .moves();
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
