package io.holdfast.nameserver.control;

import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The tablets that were ever heard of by this nameserver, and how they are. */
public final class TabletRegistry {
  private final long suspectNanos;
  private final Map<NodeId, TabletHealth> tablets = new TreeMap<>();
  private final Set<TabletHealth> changed = new LinkedHashSet<>();

  TabletRegistry(long suspectNanos) {
    this.suspectNanos = suspectNanos;
  }

  void onReport(NodeId from, TabletReport report, long now) {
    expect(from, now);
    TabletHealth health = tablets.get(from);
    health.onReport(report, suspectNanos, now);
    look(health, now);
  }

  void onClosed(NodeId tablet, long now) {
    TabletHealth health = tablets.get(tablet);
    if (health != null) {
      health.onClosed();
      look(health, now);
    }
  }

  /** Remembers a tablet that the truth mentions, so that its absence is seen. */
  void expect(NodeId tablet, long now) {
    tablets.computeIfAbsent(tablet, id -> new TabletHealth(id, now));
  }

  /** Looks at the clock; returns the tablets whose state has changed since the last call. */
  List<TabletHealth> refresh(long now) {
    for (TabletHealth health : tablets.values()) {
      look(health, now);
    }
    List<TabletHealth> result = List.copyOf(changed);
    changed.clear();
    return result;
  }

  /** What a report or a closed connection has changed is to be told, too, not only silence. */
  private void look(TabletHealth health, long now) {
    if (health.refresh(suspectNanos, now)) {
      changed.add(health);
    }
  }

  /** Whether this life of a tablet's process is known to be over. */
  boolean hasEnded(NodeId tablet, long life) {
    TabletHealth health = tablets.get(tablet);
    return health != null && health.hasEnded(life);
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
