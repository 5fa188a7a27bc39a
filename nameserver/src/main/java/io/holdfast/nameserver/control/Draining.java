package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Where the copies of a tablet that is to be emptied should go. Pure. */
final class Draining {
  /**
   * What is next.
   *
   * @param moves copies that have a place to go to
   * @param busy partitions with copies on the tablet that must not be touched now
   * @param stuck why some have no place to go to; empty when all have
   */
  record Look(List<Move> moves, int busy, List<String> stuck) {}

  private final Spares spares;

  Draining(Spares spares) {
    this.spares = spares;
  }

  /**
   * Finds places, and changes the layout in thought by what goes there.
   *
   * @param most so many moves
   * @param left partitions that are left as they are
   * @param free the partitions that may be touched now
   */
  Look look(
      NodeId tablet,
      Layout layout,
      ClusterState state,
      int most,
      Set<PartitionId> left,
      Predicate<PartitionId> free) {
    List<Move> moves = new ArrayList<>();
    List<String> stuck = new ArrayList<>();
    int busy = 0;
    for (PartitionId id : state.partitionIds()) {
      PartitionRecord record = state.partition(id);
      if (left.contains(id) || !record.involves(tablet) || record.wishes().isLeaving(tablet)) {
        continue;
      }
      if (!layout.holders(id).contains(tablet) || !free.test(id)) {
        busy++;
        continue;
      }
      NodeId to = spares.best(record, tablet, layout, state);
      if (to == null) {
        stuck.add(spares.whyNone(record, tablet, state));
      } else if (moves.size() == most) {
        busy++;
      } else {
        Move move = Move.copy(id, tablet, to);
        move.applyTo(layout);
        moves.add(move);
      }
    }
    return new Look(moves, busy, stuck);
  }

  /** How many partitions still have a copy on a tablet. */
  static int left(NodeId tablet, ClusterState state) {
    int left = 0;
    for (PartitionId id : state.partitionIds()) {
      left += state.partition(id).involves(tablet) ? 1 : 0;
    }
    return left;
  }
}
