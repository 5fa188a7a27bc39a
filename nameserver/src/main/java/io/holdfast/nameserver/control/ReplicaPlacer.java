package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Chooses tablets for the partitions of a new table: the least loaded ones, never one twice for the
 * same partition, on as many hosts as there are, and with the first places (from which leaders are
 * taken) spread evenly.
 */
final class ReplicaPlacer {
  private ReplicaPlacer() {}

  /**
   * @param tablets who may be chosen; at least as many as {@code replicas}
   * @param replicasOn copies that a tablet has already
   * @param leadersOn partitions that a tablet leads already
   * @param hostOf the host that a tablet is on
   * @return the tablets of each partition, the intended leader first
   */
  static List<List<NodeId>> place(
      int partitions,
      int replicas,
      List<NodeId> tablets,
      ToIntFunction<NodeId> replicasOn,
      ToIntFunction<NodeId> leadersOn,
      Function<NodeId, String> hostOf) {
    if (tablets.size() < replicas) {
      throw new IllegalArgumentException(replicas + " replicas on " + tablets.size() + " tablets");
    }
    Map<NodeId, Integer> load = new HashMap<>();
    Map<NodeId, Integer> leaders = new HashMap<>();
    for (NodeId tablet : tablets) {
      load.put(tablet, replicasOn.applyAsInt(tablet));
      leaders.put(tablet, leadersOn.applyAsInt(tablet));
    }
    Comparator<NodeId> byLoad = Comparator.<NodeId>comparingInt(load::get);
    Comparator<NodeId> byLeaders = Comparator.<NodeId>comparingInt(leaders::get);
    List<List<NodeId>> result = new ArrayList<>(partitions);
    for (int pid = 0; pid < partitions; pid++) {
      List<NodeId> order = new ArrayList<>(tablets);
      order.sort(byLoad.thenComparing(byLeaders).thenComparing(Comparator.naturalOrder()));
      List<NodeId> chosen = new ArrayList<>(otherHostsFirst(order, hostOf).subList(0, replicas));
      chosen.sort(byLeaders.thenComparing(byLoad).thenComparing(Comparator.naturalOrder()));
      chosen.forEach(tablet -> load.merge(tablet, 1, Integer::sum));
      leaders.merge(chosen.get(0), 1, Integer::sum);
      result.add(chosen);
    }
    return result;
  }

  /** The first tablet of each host, then the second ones, and so on; else in the same order. */
  private static List<NodeId> otherHostsFirst(List<NodeId> order, Function<NodeId, String> hostOf) {
    List<NodeId> result = new ArrayList<>(order.size());
    List<NodeId> rest = order;
    while (!rest.isEmpty()) {
      Set<String> hosts = new HashSet<>();
      List<NodeId> again = new ArrayList<>();
      for (NodeId tablet : rest) {
        (hosts.add(hostOf.apply(tablet)) ? result : again).add(tablet);
      }
      rest = again;
    }
    return result;
  }
}
