package io.holdfast.nameserver.control;

import io.holdfast.protocol.message.ReportMessage.ReachReport;
import io.holdfast.protocol.message.ReportMessage.Reached;
import io.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which holders of a partition's copies reach which, as far as they were asked lately. */
final class ReachWatch {
  private record Seen(ReachReport report, long at) {}

  private final Map<NodeId, Seen> reports = new TreeMap<>();
  private long askedSince = PartitionWatch.NEVER;
  private long queriedAt = PartitionWatch.NEVER;

  /** For how long they have been asked; begins to ask. */
  long askedNanos(long now) {
    if (askedSince == PartitionWatch.NEVER) {
      askedSince = now;
    }
    return now - askedSince;
  }

  boolean queryDue(long everyNanos, long now) {
    if (queriedAt != PartitionWatch.NEVER && now - queriedAt < everyNanos) {
      return false;
    }
    queriedAt = now;
    return true;
  }

  boolean isAsking() {
    return askedSince != PartitionWatch.NEVER;
  }

  void reset() {
    askedSince = PartitionWatch.NEVER;
    queriedAt = PartitionWatch.NEVER;
    reports.clear();
  }

  void onReport(NodeId from, ReachReport report, long now) {
    if (isAsking()) {
      reports.put(from, new Seen(report, now));
    }
  }

  /**
   * A tablet and those that it reaches, by what it said not long ago; empty when it said nothing.
   *
   * @param recentNanos how old an answer to a ping may be
   * @param freshNanos how old a tablet's report may be
   */
  List<NodeId> groupOf(NodeId tablet, long recentNanos, long freshNanos, long now) {
    List<NodeId> group = new ArrayList<>();
    Seen seen = reports.get(tablet);
    if (seen == null || now - seen.at() > freshNanos) {
      return group;
    }
    group.add(tablet);
    for (Reached reached : seen.report().reached()) {
      if (reached.agoNanos() <= recentNanos && !group.contains(reached.peer())) {
        group.add(reached.peer());
      }
    }
    return group;
  }
}
