package io.holdfast.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Slips of the finger are recognised, other words are not. */
class NearestNameTest {
  @Test
  void distanceCountsEdits() {
    assertThat(NearestName.distance("", "abc")).isEqualTo(3);
    assertThat(NearestName.distance("abc", "")).isEqualTo(3);
    assertThat(NearestName.distance("lease", "lease")).isZero();
    assertThat(NearestName.distance("port", "prot")).isEqualTo(2);
    assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void theNearestIsChosenAndTiesGoByName() {
    assertThat(NearestName.of("zk_clustr", List.of("zk_root_path", "zk_cluster")))
        .contains("zk_cluster");
    assertThat(NearestName.of("bat", List.of("cat", "bar"))).contains("bar");
  }

  @Test
  void aDifferentWordHasNoNearest() {
    assertThat(NearestName.of("colour", List.of("zk_cluster", "port"))).isEmpty();
  }
}
