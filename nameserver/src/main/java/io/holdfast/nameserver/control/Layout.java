package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where copies and leaders are once everything has happened that is under way. A plan is made by
 * changing it in thought.
 */
final class Layout {
  private final Map<PartitionId, List<NodeId>> holders = new TreeMap<>();
  private final Map<PartitionId, NodeId> leaders = new HashMap<>();
  private final Map<NodeId, Integer> copies = new HashMap<>();
  private final Map<NodeId, Integer> led = new HashMap<>();

  private Layout() {}

  static Layout of(ClusterState state) {
    Layout layout = new Layout();
    for (PartitionId id : state.partitionIds()) {
      PartitionRecord record = state.partition(id);
      layout.holders.put(id, new ArrayList<>());
      for (NodeId tablet : record.holders()) {
        if (!record.wishes().isLeaving(tablet)) {
          layout.put(id, tablet);
        }
      }
      NodeId next = record.wishes().nextLeader();
      if (record.phase() == Phase.LEAD) {
        layout.lead(id, next == null ? record.leader() : next);
      }
    }
    for (long id : state.ops().open()) {
      layout.foresee(state.ops().find(id).goal());
    }
    return layout;
  }

  /** Changes it by what an operation is to bring about. */
  void foresee(OpGoal goal) {
    PartitionId id = goal.partition();
    if (id == null || !holders.containsKey(id)) {
      return;
    }
    if (goal.type() == OpType.MIGRATE) {
      move(id, goal.source(), goal.target());
    } else if (goal.type() == OpType.ADD_REPLICA) {
      put(id, goal.target());
    } else if (goal.type() == OpType.DEL_REPLICA) {
      take(id, goal.target());
    } else if (goal.type() == OpType.CHANGE_LEADER && goal.target() != null) {
      lead(id, goal.target());
    }
  }

  // ---- changing

  void move(PartitionId id, NodeId from, NodeId to) {
    take(id, from);
    put(id, to);
    if (from.equals(leaders.get(id))) {
      // Who follows is decided when it is time; that it is not this one is certain.
      lead(id, null);
    }
  }

  private void put(PartitionId id, NodeId tablet) {
    List<NodeId> there = holders.get(id);
    if (!there.contains(tablet)) {
      there.add(tablet);
      copies.merge(tablet, 1, Integer::sum);
    }
  }

  private void take(PartitionId id, NodeId tablet) {
    if (holders.get(id).remove(tablet)) {
      copies.merge(tablet, -1, Integer::sum);
    }
  }

  void lead(PartitionId id, NodeId tablet) {
    NodeId before = tablet == null ? leaders.remove(id) : leaders.put(id, tablet);
    if (before != null) {
      led.merge(before, -1, Integer::sum);
    }
    if (tablet != null) {
      led.merge(tablet, 1, Integer::sum);
    }
  }

  // ---- looking

  Set<PartitionId> partitions() {
    return Collections.unmodifiableSet(holders.keySet());
  }

  List<NodeId> holders(PartitionId id) {
    return Collections.unmodifiableList(holders.get(id));
  }

  /** Who leads a partition; null when that is open. */
  NodeId leader(PartitionId id) {
    return leaders.get(id);
  }

  int copiesOn(NodeId tablet) {
    return copies.getOrDefault(tablet, 0);
  }

  int leadersOn(NodeId tablet) {
    return led.getOrDefault(tablet, 0);
  }

  /** How many partitions of a table have a copy on a tablet. */
  int copiesOn(NodeId tablet, int tid) {
    int count = 0;
    for (Map.Entry<PartitionId, List<NodeId>> partition : holders.entrySet()) {
      count += partition.getKey().tid() == tid && partition.getValue().contains(tablet) ? 1 : 0;
    }
    return count;
  }
}
