package io.holdfast.nameserver.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Copies are spread over tablets, and so are the places that leaders come from. */
class ReplicaPlacerTest {

  private static List<NodeId> tablets(int count) {
    List<NodeId> tablets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tablets.add(new NodeId("t" + i + ":1"));
    }
    return tablets;
  }

  private static int spread(Map<NodeId, Integer> counts, List<NodeId> tablets) {
    int lowest = Integer.MAX_VALUE;
    int highest = 0;
    for (NodeId tablet : tablets) {
      lowest = Math.min(lowest, counts.getOrDefault(tablet, 0));
      highest = Math.max(highest, counts.getOrDefault(tablet, 0));
    }
    return highest - lowest;
  }

  /** On empty tablets no one gets more than one copy more than another, nor two of a partition. */
  @Test
  void emptyTabletsAreFilledEvenly() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<NodeId> tablets = tablets(1 + random.nextInt(8));
      int replicas = 1 + random.nextInt(tablets.size());
      int partitions = 1 + random.nextInt(40);
      List<List<NodeId>> placed =
          ReplicaPlacer.place(partitions, replicas, tablets, t -> 0, t -> 0, NodeId::endpoint);

      Map<NodeId, Integer> copies = new HashMap<>();
      Map<NodeId, Integer> leaders = new HashMap<>();
      for (List<NodeId> partition : placed) {
        assertThat(partition).as("seed %d", seed).hasSize(replicas).doesNotHaveDuplicates();
        assertThat(tablets).containsAll(partition);
        partition.forEach(tablet -> copies.merge(tablet, 1, Integer::sum));
        leaders.merge(partition.get(0), 1, Integer::sum);
      }
      assertThat(placed).hasSize(partitions);
      assertThat(spread(copies, tablets)).as("copies, seed %d", seed).isLessThanOrEqualTo(1);
      assertThat(spread(leaders, tablets)).as("leaders, seed %d", seed).isLessThanOrEqualTo(2);
    }
  }

  /** With a copy on each tablet, the first places are spread over all of them. */
  @Test
  void leadersAreSpread() {
    List<NodeId> tablets = tablets(3);
    Map<NodeId, Integer> leaders = new HashMap<>();
    for (List<NodeId> partition :
        ReplicaPlacer.place(9, 3, tablets, t -> 0, t -> 0, NodeId::endpoint)) {
      leaders.merge(partition.get(0), 1, Integer::sum);
    }
    assertThat(leaders.values()).containsOnly(3);
  }

  /** Never two copies of a partition on one tablet, and loaded tablets are filled last. */
  @Test
  void loadEvensOut() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<NodeId> tablets = tablets(2 + random.nextInt(5));
      Map<NodeId, Integer> load = new HashMap<>();
      tablets.forEach(tablet -> load.put(tablet, random.nextInt(10)));
      int before = spread(load, tablets);
      for (List<NodeId> partition :
          ReplicaPlacer.place(30, 1, tablets, load::get, t -> 0, NodeId::endpoint)) {
        assertThat(load.get(partition.get(0)))
            .as("seed %d", seed)
            .isEqualTo(load.values().stream().mapToInt(n -> n).min().orElseThrow());
        partition.forEach(tablet -> load.merge(tablet, 1, Integer::sum));
      }
      assertThat(spread(load, tablets)).isLessThanOrEqualTo(Math.max(1, before));
    }
  }

  /** More copies than tablets cannot be placed. */
  @Test
  void tooFewTabletsAreRefused() {
    assertThatThrownBy(
            () -> ReplicaPlacer.place(1, 3, tablets(2), t -> 0, t -> 0, NodeId::endpoint))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * Copies of a partition are on as many hosts as there are, also where hosts differ in tablets.
   */
  @Test
  void copiesAreOnDifferentHosts() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<NodeId> tablets = tablets(1 + random.nextInt(8));
      Map<NodeId, String> hosts = new HashMap<>();
      tablets.forEach(tablet -> hosts.put(tablet, "host" + random.nextInt(4)));
      int replicas = 1 + random.nextInt(tablets.size());
      long possible = Math.min(replicas, hosts.values().stream().distinct().count());
      for (List<NodeId> partition :
          ReplicaPlacer.place(20, replicas, tablets, t -> random.nextInt(5), t -> 0, hosts::get)) {
        assertThat(partition).as("seed %d", seed).hasSize(replicas).doesNotHaveDuplicates();
        assertThat(partition.stream().map(hosts::get).distinct().count())
            .as("seed %d", seed)
            .isEqualTo(possible);
      }
    }
  }
}
