package io.holdfast.client.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplicaChooserTest {
  private static final List<String> THREE = List.of("a:1", "b:1", "c:1");

  private final ReplicaChooser chooser = new ReplicaChooser();

  private List<String> choose(int times, long nowMillis) {
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      chosen.add(chooser.choose(7, THREE, nowMillis));
    }
    return chosen;
  }

  /** Reads of one partition go to its replicas strictly in turn. */
  @Test
  void eachInTurn() {
    assertThat(choose(6, 0)).containsExactly("a:1", "b:1", "c:1", "a:1", "b:1", "c:1");
  }

  /** Whatever the pattern of partitions, the spread is even: here two of them alternate. */
  @Test
  void alternatingPartitionsAreSpreadEvenly() {
    List<String> two = List.of("a:1", "b:1");
    Map<String, Integer> reads = new TreeMap<>();
    for (int i = 0; i < 10_000; i++) {
      reads.merge(i % 2 + " at " + chooser.choose(i % 2, two, 0), 1, Integer::sum);
    }
    assertThat(reads).hasSize(4);
    assertThat(reads.values()).allMatch(count -> count == 2_500);
  }

  /** Who failed is left out for a second, then tried again, and then for two. */
  @Test
  void failuresAreLeftOutForAWhile() {
    chooser.failed("b:1", 0);
    chooser.failed("b:1", 5);
    assertThat(choose(6, 999)).doesNotContain("b:1").hasSize(6);
    assertThat(choose(6, 1_000)).contains("b:1");
    chooser.failed("b:1", 1_000);
    assertThat(choose(6, 2_999)).doesNotContain("b:1");
    assertThat(choose(6, 3_000)).contains("b:1");
    chooser.answered("b:1");
    chooser.failed("b:1", 4_000);
    assertThat(choose(6, 5_000)).contains("b:1");
  }

  /** Who is asked as well takes no turn, is somebody else, and is not out. */
  @Test
  void aSecondReplicaTakesNoTurn() {
    assertThat(choose(1, 0)).containsExactly("a:1");
    assertThat(chooser.other(7, THREE, "a:1", 0)).contains("b:1");
    assertThat(chooser.other(7, THREE, "b:1", 0)).contains("c:1");
    assertThat(choose(2, 0)).containsExactly("b:1", "c:1");
    chooser.failed("b:1", 0);
    assertThat(chooser.other(7, THREE, "a:1", 1)).contains("c:1");
    chooser.failed("c:1", 0);
    assertThat(chooser.other(7, THREE, "a:1", 1)).isEmpty();
    assertThat(chooser.other(7, List.of("a:1"), "a:1", 1)).isEmpty();
  }

  /** When all are out somebody is asked all the same. */
  @Test
  void somebodyIsAlwaysAsked() {
    THREE.forEach(server -> chooser.failed(server, 0));
    assertThat(choose(3, 1)).containsExactly("a:1", "b:1", "c:1");
  }
}
