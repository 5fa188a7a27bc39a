package io.holdfast.nameserver.control;

import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tablets that were ever heard of by this nameserver, and how they are. */
public final class TabletRegistry {
  private final long suspectNanos;
  private final Map<NodeId, TabletHealth> tablets = new TreeMap<>();

  TabletRegistry(long suspectNanos) {
    this.suspectNanos = suspectNanos;
  }

  void onReport(NodeId from, TabletReport report, long now) {
    expect(from, now);
    TabletHealth health = tablets.get(from);
    health.onReport(report, now);
    health.refresh(suspectNanos, now);
  }

  void onClosed(NodeId tablet, long now) {
    TabletHealth health = tablets.get(tablet);
    if (health != null) {
      health.onClosed();
      health.refresh(suspectNanos, now);
    }
  }

  /** Remembers a tablet that the truth mentions, so that its absence is seen. */
  void expect(NodeId tablet, long now) {
    tablets.computeIfAbsent(tablet, id -> new TabletHealth(id, now));
  }

  /** Looks at the clock; returns the tablets whose state has changed. */
  List<TabletHealth> refresh(long now) {
    List<TabletHealth> changed = new ArrayList<>();
    for (TabletHealth health : tablets.values()) {
      if (health.refresh(suspectNanos, now)) {
        changed.add(health);
      }
    }
    return changed;
  }

  /** What is known about a tablet; null when nothing is. */
  public TabletHealth find(NodeId tablet) {
    return tablets.get(tablet);
  }

  public boolean isAlive(NodeId tablet) {
    TabletHealth health = tablets.get(tablet);
    return health != null && health.isAlive();
  }

  /** Every tablet, in order of their endpoints. */
  public Collection<TabletHealth> all() {
    return Collections.unmodifiableCollection(tablets.values());
  }

  /** The tablets that are alive, in order of their endpoints. */
  public List<NodeId> alive() {
    return tablets.values().stream()
        .filter(TabletHealth::isAlive)
        .map(TabletHealth::tablet)
        .toList();
  }

  boolean mostAreMissing() {
    return alive().size() * 2 <= tablets.size();
  }
}
