package io.holdfast.tablet.directories;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.tablet.directories.ReplicaPlacement.Candidate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Into which data directory a new replica goes. */
class ReplicaPlacementTest {
  private static List<Integer> order(Candidate... candidates) {
    return ReplicaPlacement.bestFirst(Arrays.asList(candidates));
  }

  private static Candidate at(DiskLevel level, int replicas) {
    return new Candidate(replicas, level);
  }

  @Test
  void theFewestReplicasComeFirst() {
    assertThat(order(at(DiskLevel.ROOMY, 3), at(DiskLevel.ROOMY, 1), at(DiskLevel.ROOMY, 2)))
        .containsExactly(1, 2, 0);
  }

  /** An empty directory on a disk that takes no writes is no place for a replica. */
  @Test
  void roomCountsMoreThanReplicas() {
    assertThat(
            order(
                at(DiskLevel.FULL, 0),
                at(DiskLevel.LOW, 0),
                at(DiskLevel.FILLING, 0),
                at(DiskLevel.ROOMY, 100)))
        .containsExactly(3, 2, 1, 0);
  }

  /** Two tablets, or two starts of one, that know the same decide the same. */
  @Test
  void ofEqualOnesTheFirstComesFirst() {
    assertThat(order(at(DiskLevel.LOW, 2), at(DiskLevel.ROOMY, 2), at(DiskLevel.ROOMY, 2)))
        .containsExactly(1, 2, 0);
  }

  /** Where all are full there is no better place, and none at all would be worse. */
  @Test
  void aFullOneIsNotLeftOut() {
    assertThat(order(at(DiskLevel.FULL, 1), at(DiskLevel.FULL, 0))).containsExactly(1, 0);
    assertThat(order()).isEmpty();
  }

  /** A new table's replicas spread evenly. */
  @Test
  void manyReplicasSpread() {
    int[] replicas = new int[3];
    for (int i = 0; i < 30; i++) {
      List<Integer> order =
          order(
              at(DiskLevel.ROOMY, replicas[0]),
              at(DiskLevel.ROOMY, replicas[1]),
              at(DiskLevel.ROOMY, replicas[2]));
      replicas[order.get(0)]++;
    }
    assertThat(replicas).containsExactly(10, 10, 10);
  }
}
