package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableSpec;
import java.util.Comparator;
import java.util.List;

/** Which copy a partition needs more, or can do without, to have as many as its table asks for. */
final class Resizing {
  private final TabletRegistry tablets;
  private final Spares spares;

  Resizing(TabletRegistry tablets, Spares spares) {
    this.tablets = tablets;
    this.spares = spares;
  }

  /** How many copies of the data a partition has, or will have; those that stay learners aside. */
  static int copies(PartitionRecord record, Layout layout) {
    return counted(record, layout).size();
  }

  private static List<NodeId> counted(PartitionRecord record, Layout layout) {
    return layout.holders(record.id()).stream()
        .filter(tablet -> !record.isWitness(tablet))
        .filter(tablet -> !record.wishes().lasting().contains(tablet))
        .toList();
  }

  /** What brings a partition one step nearer to its count; null when no tablet can take a copy. */
  OpGoal step(TableSpec table, PartitionRecord record, Layout layout, ClusterState state) {
    boolean more = copies(record, layout) < table.options().replicas();
    NodeId tablet = more ? spares.best(record, null, layout, state) : least(record, layout, state);
    OpType type = more ? OpType.ADD_REPLICA : OpType.DEL_REPLICA;
    return tablet == null
        ? null
        : new OpGoal(type, table.db(), table.name(), record.id(), null, tablet, false, 0);
  }

  /** Why no tablet can take one more copy of a partition. */
  String whyNone(PartitionRecord record, ClusterState state) {
    return spares.whyNone(record, null, state);
  }

  /**
   * The copy that is missed least: one that is not in sync, on a tablet that is down, on a host
   * with another copy, then that of the tablet with the most. The leader's only if there is no
   * other.
   */
  private NodeId least(PartitionRecord record, Layout layout, ClusterState state) {
    PartitionId id = record.id();
    return counted(record, layout).stream()
        .min(
            Comparator.<NodeId>comparingInt(tablet -> leads(record, tablet) ? 1 : 0)
                .thenComparingInt(tablet -> record.members().contains(tablet) ? 1 : 0)
                .thenComparingInt(tablet -> tablets.isAlive(tablet) ? 1 : 0)
                .thenComparingInt(
                    tablet -> Spares.sharesHost(id, tablet, tablet, layout, state) ? 0 : 1)
                .thenComparing(Comparator.<NodeId>comparingInt(layout::copiesOn).reversed())
                .thenComparing(Comparator.naturalOrder()))
        .orElse(null);
  }

  private static boolean leads(PartitionRecord record, NodeId tablet) {
    return record.phase() == Phase.LEAD && tablet.equals(record.leader());
  }
}
