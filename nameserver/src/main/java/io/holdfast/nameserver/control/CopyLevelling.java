package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Which copy should move next so that copies of a partition are on different hosts, every tablet
 * has as many copies as any other, and as many of each table. Pure.
 *
 * <p>Each move makes the layout better by the first of these that it changes: copies that share a
 * host with another of their partition, the sum of the squares of the tablets' counts, the sum of
 * the squares of their counts by table. So moves come to an end.
 */
final class CopyLevelling {
  private final Spares spares;

  CopyLevelling(Spares spares) {
    this.spares = spares;
  }

  /**
   * The next copy to move; null when there is none.
   *
   * @param layout where copies are once all is done that is under way
   * @param free the partitions that may be touched
   * @param movable whether a copy may be moved
   */
  Move next(
      Layout layout,
      ClusterState state,
      Predicate<PartitionId> free,
      BiPredicate<PartitionRecord, NodeId> movable) {
    Move apart = apart(layout, state, free, movable);
    return apart == null ? level(layout, state, free, movable) : apart;
  }

  // ---- hosts

  private Move apart(
      Layout layout,
      ClusterState state,
      Predicate<PartitionId> free,
      BiPredicate<PartitionRecord, NodeId> movable) {
    for (PartitionId id : layout.partitions()) {
      PartitionRecord record = state.partition(id);
      Move move = null;
      for (NodeId tablet : layout.holders(id)) {
        if (!Spares.sharesHost(id, tablet, tablet, layout, state)
            || !movable.test(record, tablet)) {
          continue;
        }
        NodeId target = free.test(id) ? spares.best(record, tablet, layout, state) : null;
        boolean better = target != null && !Spares.sharesHost(id, tablet, target, layout, state);
        // A follower rather than the leader, whose clients would have to follow it.
        if (better && (move == null || move.from().equals(layout.leader(id)))) {
          move = Move.copy(id, tablet, target);
        }
      }
      if (move != null) {
        return move;
      }
    }
    return null;
  }

  /** Whether a copy is whole, so that it can be moved now. */
  static boolean isWhole(PartitionRecord record, NodeId tablet) {
    return record.phase() == Phase.LEAD
        && (record.members().contains(tablet) || record.wishes().lasting().contains(tablet));
  }

  // ---- numbers

  private Move level(
      Layout layout,
      ClusterState state,
      Predicate<PartitionId> free,
      BiPredicate<PartitionRecord, NodeId> movable) {
    List<NodeId> rising =
        spares.usable(state).stream()
            .sorted(
                Comparator.<NodeId>comparingInt(layout::copiesOn)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    Map<NodeId, Map<Integer, Integer>> byTable = byTable(layout);
    for (int i = rising.size() - 1; i > 0; i--) {
      NodeId from = rising.get(i);
      for (NodeId to : rising) {
        int difference = layout.copiesOn(from) - layout.copiesOn(to);
        if (difference < 1) {
          break;
        }
        Map<Integer, Integer> more = more(byTable, from, to);
        // With one more than the other they would only change places, unless that helps a table.
        int least = difference == 1 ? 2 : Integer.MIN_VALUE;
        if (difference > 1 || more.values().stream().anyMatch(excess -> excess >= least)) {
          Move move = move(from, to, more, least, layout, state, free, movable);
          if (move != null) {
            return move;
          }
        }
      }
    }
    return null;
  }

  private Move move(
      NodeId from,
      NodeId to,
      Map<Integer, Integer> more,
      int least,
      Layout layout,
      ClusterState state,
      Predicate<PartitionId> free,
      BiPredicate<PartitionRecord, NodeId> movable) {
    PartitionId best = null;
    for (PartitionId id : layout.partitions()) {
      PartitionRecord record = state.partition(id);
      if (layout.holders(id).contains(from)
          && more.getOrDefault(id.tid(), 0) >= least
          && movable.test(record, from)
          && free.test(id)
          && spares.mayTake(record, from, to, layout, state)
          && !sharesAnew(id, from, to, layout, state)
          && (best == null || isBetter(id, best, from, more, layout))) {
        best = id;
      }
    }
    return best == null ? null : Move.copy(best, from, to);
  }

  private static boolean sharesAnew(
      PartitionId id, NodeId from, NodeId to, Layout layout, ClusterState state) {
    return Spares.sharesHost(id, from, to, layout, state)
        && !Spares.sharesHost(id, from, from, layout, state);
  }

  private static boolean isBetter(
      PartitionId id, PartitionId than, NodeId from, Map<Integer, Integer> more, Layout layout) {
    boolean leads = from.equals(layout.leader(id));
    boolean thatLeads = from.equals(layout.leader(than));
    return leads == thatLeads
        ? more.getOrDefault(id.tid(), 0) > more.getOrDefault(than.tid(), 0)
        : thatLeads;
  }

  /** By tablet and table, the copies. */
  private static Map<NodeId, Map<Integer, Integer>> byTable(Layout layout) {
    Map<NodeId, Map<Integer, Integer>> counts = new HashMap<>();
    for (PartitionId id : layout.partitions()) {
      for (NodeId tablet : layout.holders(id)) {
        counts.computeIfAbsent(tablet, any -> new TreeMap<>()).merge(id.tid(), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** By table, how many copies more one tablet has than another. */
  private static Map<Integer, Integer> more(
      Map<NodeId, Map<Integer, Integer>> byTable, NodeId one, NodeId other) {
    Map<Integer, Integer> more = new TreeMap<>(byTable.getOrDefault(one, Collections.emptyMap()));
    byTable
        .getOrDefault(other, Collections.emptyMap())
        .forEach((tid, count) -> more.merge(tid, -count, Integer::sum));
    return more;
  }
}
