package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import java.util.List;
import java.util.function.Predicate;

/**
 * What has to move for copies and leaders to be spread evenly: what can move now, and what should,
 * once every copy is well. The two differ for a moment whenever a copy has not reported yet or has
 * to catch up, and whoever took the first for the second would stop too early.
 */
final class Levelling {
  private final PlannedChanges changes;
  private final CopyLevelling copies;
  private final LeaderLevelling leaders;
  private final Candidates candidates;

  Levelling(TabletRegistry tablets, PlannedChanges changes, Spares spares) {
    this.changes = changes;
    this.copies = new CopyLevelling(spares);
    this.leaders = new LeaderLevelling(spares);
    this.candidates = new Candidates(tablets);
  }

  /** The next copy to move now; null when there is none. */
  Move copyNow(Layout layout, ClusterState state, Predicate<PartitionId> free) {
    return copies.next(layout, state, free, CopyLevelling::isWhole);
  }

  /** The next copy that should move, whole or not; null when there is none. */
  Move copy(Layout layout, ClusterState state, Predicate<PartitionId> free) {
    return copies.next(layout, state, free, (record, tablet) -> true);
  }

  /** The next leaderships to move now, all of them together; none when there are none. */
  List<Move> leadersNow(Layout layout, ClusterState state, Predicate<PartitionId> free) {
    return leaders.next(
        layout,
        state,
        free,
        (record, tablet) ->
            changes.canTakeOver(record, tablet) && changes.mayLead(record, tablet, state));
  }

  /** The next leaderships that should move, whether their heirs are ready or not. */
  List<Move> leaders(Layout layout, ClusterState state, Predicate<PartitionId> free) {
    return leaders.next(layout, state, free, (record, tablet) -> couldLead(record, tablet, state));
  }

  private boolean couldLead(PartitionRecord record, NodeId tablet, ClusterState state) {
    return !record.isWitness(tablet)
        && !record.wishes().lasting().contains(tablet)
        && changes.mayLead(record, tablet, state);
  }

  /**
   * Why something that should move does not move now; null when nothing should.
   *
   * @param free the partitions that are not given up
   */
  String whyNotYet(
      boolean forCopies,
      boolean forLeaders,
      Layout layout,
      ClusterState state,
      Predicate<PartitionId> free) {
    Move copy = forCopies ? copy(layout, state, free) : null;
    if (copy != null) {
      return "the copy of partition "
          + copy.partition()
          + " on "
          + copy.from()
          + " should move to "
          + copy.to()
          + ", and is not in sync";
    }
    for (Move move : forLeaders ? leaders(layout, state, free) : List.<Move>of()) {
      PartitionRecord record = state.partition(move.partition());
      String unfit = candidates.whyNot(record, move.to(), state);
      if (unfit != null) {
        return move.to() + " should lead partition " + move.partition() + ": " + unfit;
      }
    }
    for (PartitionId id : layout.partitions()) {
      if (state.partition(id).phase() != Phase.LEAD && free.test(id)) {
        return "partition " + id + " has no leader, and is left as it is";
      }
    }
    return null;
  }
}
