package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Which leaderships should move so that every tablet leads as many partitions as any other, as far
 * as the copies allow. Pure.
 *
 * <p>Where the one that leads most has no copy in common with the one that leads least, others
 * stand between: each hands one leadership on. Such a chain is found by its length, and as long as
 * there is one whose ends are two or more apart, the layout is not the best.
 */
final class LeaderLevelling {
  private final Spares spares;

  LeaderLevelling(Spares spares) {
    this.spares = spares;
  }

  /**
   * The next leaderships to move, all of them together; none when no chain makes it better.
   *
   * @param layout who leads once all is done that is under way
   * @param free the partitions that may be touched
   * @param canLead whether a tablet that has a copy could lead it
   */
  List<Move> next(
      Layout layout,
      ClusterState state,
      Predicate<PartitionId> free,
      BiPredicate<PartitionRecord, NodeId> canLead) {
    List<NodeId> falling =
        spares.usable(state).stream()
            .sorted(
                Comparator.<NodeId>comparingInt(layout::leadersOn)
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    if (falling.isEmpty()
        || layout.leadersOn(falling.get(0)) - layout.leadersOn(falling.get(falling.size() - 1))
            < 2) {
      return List.of();
    }
    Map<NodeId, Map<NodeId, Move>> ways = ways(falling, layout, state, free, canLead);
    for (NodeId from : falling) {
      List<Move> chain = chain(from, ways, layout);
      if (!chain.isEmpty()) {
        return chain;
      }
    }
    return List.of();
  }

  /** By tablet, to whom it could hand a leadership, and which. */
  private static Map<NodeId, Map<NodeId, Move>> ways(
      List<NodeId> usable,
      Layout layout,
      ClusterState state,
      Predicate<PartitionId> free,
      BiPredicate<PartitionRecord, NodeId> canLead) {
    Map<NodeId, Map<NodeId, Move>> ways = new HashMap<>();
    for (PartitionId id : layout.partitions()) {
      NodeId leader = layout.leader(id);
      PartitionRecord record = state.partition(id);
      if (leader == null
          || !usable.contains(leader)
          || record.phase() != Phase.LEAD
          || !free.test(id)) {
        continue;
      }
      for (NodeId tablet : layout.holders(id)) {
        if (!tablet.equals(leader) && usable.contains(tablet) && canLead.test(record, tablet)) {
          ways.computeIfAbsent(leader, any -> new TreeMap<>())
              .putIfAbsent(tablet, Move.leadership(id, leader, tablet));
        }
      }
    }
    return ways;
  }

  /** The shortest chain from a tablet to one that leads at least two less; empty for none. */
  private static List<Move> chain(NodeId from, Map<NodeId, Map<NodeId, Move>> ways, Layout layout) {
    Map<NodeId, Move> reached = new HashMap<>();
    ArrayDeque<NodeId> next = new ArrayDeque<>(List.of(from));
    while (!next.isEmpty()) {
      NodeId tablet = next.removeFirst();
      if (layout.leadersOn(from) - layout.leadersOn(tablet) >= 2) {
        return back(from, tablet, reached);
      }
      for (Move way : ways.getOrDefault(tablet, Collections.emptyMap()).values()) {
        if (!way.to().equals(from) && reached.putIfAbsent(way.to(), way) == null) {
          next.addLast(way.to());
        }
      }
    }
    return List.of();
  }

  private static List<Move> back(NodeId from, NodeId to, Map<NodeId, Move> reached) {
    List<Move> chain = new ArrayList<>();
    NodeId tablet = to;
    while (!tablet.equals(from)) {
      Move way = reached.get(tablet);
      chain.add(way);
      tablet = way.from();
    }
    Collections.reverse(chain);
    return chain;
  }
}
