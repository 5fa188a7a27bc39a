package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tablets may get a new copy, and which of them should. Copies of a partition are on
 * different tablets always, and on different hosts if that is possible, or always where it is
 * demanded.
 */
final class Spares {
  private final TabletRegistry tablets;

  Spares(TabletRegistry tablets) {
    this.tablets = tablets;
  }

  /** The tablets that may get copies at all, in order. */
  List<NodeId> usable(ClusterState state) {
    return tablets.all().stream()
        .filter(
            health ->
                health.isAlive()
                    && health.departure() == Departure.NONE
                    && !state.isOffline(health.tablet())
                    && !state.isDrained(health.tablet()))
        .map(TabletHealth::tablet)
        .toList();
  }

  /** On how many hosts tablets are. */
  static long hosts(List<NodeId> tablets, ClusterState state) {
    return tablets.stream().map(state::hostOf).distinct().count();
  }

  /**
   * Where a copy should go that one tablet has or had; null for nowhere.
   *
   * @param from whose place is taken
   */
  NodeId best(PartitionRecord record, NodeId from, Layout layout, ClusterState state) {
    return usable(state).stream()
        .filter(tablet -> mayTake(record, from, tablet, layout, state))
        .min(
            Comparator.<NodeId>comparingInt(
                    tablet -> sharesHost(record.id(), from, tablet, layout, state) ? 1 : 0)
                .thenComparingInt(layout::copiesOn)
                .thenComparing(Comparator.naturalOrder()))
        .orElse(null);
  }

  /** Whether a tablet, one of the usable ones, may take the place of another in a partition. */
  boolean mayTake(
      PartitionRecord record, NodeId from, NodeId tablet, Layout layout, ClusterState state) {
    return !record.involves(tablet)
        && !record.wishes().isLeaving(tablet)
        && !layout.holders(record.id()).contains(tablet)
        && !(state.areHostsApart() && sharesHost(record.id(), from, tablet, layout, state));
  }

  /** Whether another copy than the one that moves is on the host of a tablet. */
  static boolean sharesHost(
      PartitionId id, NodeId from, NodeId tablet, Layout layout, ClusterState state) {
    String host = state.hostOf(tablet);
    return layout.holders(id).stream()
        .anyMatch(
            other ->
                !other.equals(from) && !other.equals(tablet) && state.hostOf(other).equals(host));
  }

  /**
   * Which copies are on one host although they must not be, and what to do; null when none are. It
   * happens when labels or the setting were changed after the copies were placed.
   */
  static String sharedHost(PartitionRecord record, ClusterState state) {
    if (!state.areHostsApart()) {
      return null;
    }
    Map<String, NodeId> first = new HashMap<>();
    for (NodeId tablet : record.holders()) {
      String host = state.hostOf(tablet);
      NodeId other = first.putIfAbsent(host, tablet);
      if (other != null) {
        return other
            + " and "
            + tablet
            + " are on host "
            + host
            + ", and replica_reliability_level is 1; rebalance moves a copy where another host can"
            + " take it, so add a host if none can, or correct host_label (confset)";
      }
    }
    return null;
  }

  /**
   * Why a tablet that somebody names must not get a copy; null when it may.
   *
   * @param from whose place is taken; null for nobody's
   */
  static String whyNot(PartitionRecord record, NodeId from, NodeId tablet, ClusterState state) {
    if (state.isDrained(tablet)) {
      return drained(tablet);
    }
    if (!state.areHostsApart()) {
      return null;
    }
    String host = state.hostOf(tablet);
    for (NodeId other : record.holders()) {
      if (!other.equals(from)
          && !record.wishes().isLeaving(other)
          && state.hostOf(other).equals(host)) {
        return tablet
            + " is on host "
            + host
            + ", where "
            + other
            + " has a copy of partition "
            + record.id()
            + ", and replica_reliability_level is 1; choose a tablet on another host";
      }
    }
    return null;
  }

  /**
   * Why no tablet can take a copy.
   *
   * @param from that one tablet has; null for one more
   */
  String whyNone(PartitionRecord record, NodeId from, ClusterState state) {
    List<NodeId> usable = usable(state);
    List<NodeId> free =
        usable.stream()
            .filter(tablet -> !record.involves(tablet) && !record.wishes().isLeaving(tablet))
            .toList();
    if (free.isEmpty()) {
      return noneFor(record, from)
          + ": of the "
          + usable.size()
          + " tablets that are up and in service each has a copy already; add a tablet";
    }
    return noneFor(record, from)
        + ": "
        + free
        + " are on hosts that have a copy already, and replica_reliability_level is 1; add a host,"
        + " or see host_label (confget)";
  }

  /**
   * Why a copy that one tablet has could be made anew nowhere else, as the cluster is now; null
   * when it could.
   */
  String whyNowhere(PartitionRecord record, NodeId from, ClusterState state) {
    boolean somewhere =
        usable(state).stream()
            .anyMatch(
                tablet ->
                    !record.involves(tablet)
                        && !record.wishes().isLeaving(tablet)
                        && whyNot(record, from, tablet, state) == null);
    return somewhere ? null : whyNone(record, from, state);
  }

  /** Why a tablet that is to be emptied gets no copy. */
  static String drained(NodeId tablet) {
    return tablet + " is to be emptied and gets no more copies; recoverendpoint unsays that";
  }

  private static String noneFor(PartitionRecord record, NodeId from) {
    return from == null
        ? "no tablet can take one more copy of partition " + record.id()
        : "no other tablet can take the copy of partition " + record.id() + " on " + from;
  }
}
