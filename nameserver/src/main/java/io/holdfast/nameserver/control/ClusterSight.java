package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;

/**
 * Whether this nameserver sees enough to decide about the cluster as a whole. One that has just
 * started has not heard everybody yet, and one that misses most tablets is likely to be the one
 * that is away.
 */
final class ClusterSight {
  /** A tablet that finds a nameserver anew needs a moment; one that needs longer is away. */
  private static final long HEARING_NANOS = 10_000_000_000L;

  private final TabletRegistry tablets;
  private final FailureFreeze freeze;
  private long since;
  private boolean heardAll;

  ClusterSight(TabletRegistry tablets, FailureFreeze freeze) {
    this.tablets = tablets;
    this.freeze = freeze;
  }

  /** The nameserver has become active. */
  void tookOffice(long now) {
    since = now;
    heardAll = false;
  }

  /** To be called before anything is decided. */
  void look(ClusterState state, long now) {
    heardAll = heardAll || now - since >= HEARING_NANOS || hasHeardAll(state);
  }

  private boolean hasHeardAll(ClusterState state) {
    for (PartitionId id : state.partitionIds()) {
      for (NodeId tablet : state.partition(id).holders()) {
        TabletHealth health = tablets.find(tablet);
        if (health == null || !health.hasSpoken()) {
          return false;
        }
      }
    }
    return true;
  }

  /** What is not seen, and so waited for; empty when enough is. */
  String missing() {
    if (!heardAll) {
      return "this nameserver is new in office and has not heard every tablet yet";
    }
    return freeze.isFrozen() || tablets.mostAreMissing()
        ? "half of the tablets or more are missing"
        : "";
  }

  boolean isClear() {
    return missing().isEmpty();
  }
}
