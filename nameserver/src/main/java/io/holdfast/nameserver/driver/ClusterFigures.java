package io.holdfast.nameserver.driver;

import io.holdfast.nameserver.control.TabletRegistry;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;

/**
 * The figures of a cluster at some moment, as the active nameserver sees them. Immutable.
 *
 * @param tables how many tables there are
 * @param partitions how many partitions
 * @param leaderless partitions that have no leader at the moment
 * @param underReplicated partitions with fewer in-sync replicas than their table asks for
 * @param tabletsAlive tablets that report
 * @param tabletsGone tablets that were heard of, or are expected, and do not report
 */
public record ClusterFigures(
    int tables,
    int partitions,
    int leaderless,
    int underReplicated,
    int tabletsAlive,
    int tabletsGone) {
  static final ClusterFigures NONE = new ClusterFigures(0, 0, 0, 0, 0, 0);

  static ClusterFigures of(ClusterState state, TabletRegistry tablets) {
    int alive = tablets.alive().size();
    int gone = tablets.all().size() - alive;
    if (state == null) {
      return new ClusterFigures(0, 0, 0, 0, alive, gone);
    }
    int leaderless = 0;
    int underReplicated = 0;
    for (PartitionId id : state.partitionIds()) {
      PartitionRecord record = state.partition(id);
      leaderless += record.phase() == Phase.LEAD ? 0 : 1;
      int wanted = state.table(id.tid()).options().voters();
      underReplicated += record.members().size() < wanted ? 1 : 0;
    }
    return new ClusterFigures(
        state.tables().size(),
        state.partitionIds().size(),
        leaderless,
        underReplicated,
        alive,
        gone);
  }
}
