package io.holdfast.tools.quickstart;

import io.holdfast.tools.quickstart.ClusterAccess.PartitionView;
import java.io.IOException;
import java.util.Map;

/** Whether the table is as it should be: each partition led, and all its replicas in sync. */
public final class Redundancy {
  private final ClusterAccess cluster;
  private final int partitions;
  private final int replicas;

  public Redundancy(ClusterAccess cluster, int partitions, int replicas) {
    this.cluster = cluster;
    this.partitions = partitions;
    this.replicas = replicas;
  }

  /** Whether a table could be made that has all its replicas. */
  public boolean isPossible() {
    try {
      return cluster.healthyTablets() >= replicas;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether nothing is missing now. While nobody answers, something is. */
  public boolean isFull() {
    try {
      Map<Integer, PartitionView> views = cluster.partitions();
      return views.size() == partitions
          && views.values().stream()
              .allMatch(view -> view.hasLeader() && view.inSyncReplicas() >= replicas);
    } catch (IOException e) {
      return false;
    }
  }
}
