package io.holdfast.tools.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Percentiles are values that were measured, and a lost row fails whatever the times were. */
class FailoverFiguresTest {
  private static FailoverFigures figures(long acknowledged, long lost, long duplicates) {
    return new FailoverFigures(
        List.of(900_000_000L, 700_000_000L, 800_000_000L),
        List.of(5_000_000_000L),
        acknowledged,
        0,
        3,
        lost,
        duplicates);
  }

  @Test
  void thePassingOnesTellEveryFigure() {
    assertThat(figures(100, 0, 0).exitCode()).isZero();
    assertThat(figures(100, 0, 0).text().lines().map(line -> line.replaceAll(" {3,}", ": ")))
        .containsExactly(
            "rounds: 1",
            "rows acknowledged: 100",
            "rows refused: 0",
            "rows of unknown outcome: 3",
            "acknowledged rows lost: 0",
            "duplicates: 0",
            "longest write gap: min 0.700  p50 0.800  p90 0.900  p99 0.900  max 0.900 s",
            "full redundancy after the kill: min 5.000  p50 5.000  p90 5.000  p99 5.000  max 5.000"
                + " s",
            "result: PASSED");
  }

  @Test
  void anyBrokenPromiseFails() {
    assertThat(figures(100, 1, 0).exitCode()).isEqualTo(1);
    assertThat(figures(100, 0, 1).exitCode()).isEqualTo(1);
    assertThat(figures(0, 0, 0).exitCode()).isEqualTo(1);
  }

  @Test
  void percentilesAreTheNearestRank() {
    List<Long> hundred = LongStream.rangeClosed(1, 100).boxed().toList();
    assertThat(FailoverFigures.percentile(hundred, 0)).isEqualTo(1);
    assertThat(FailoverFigures.percentile(hundred, 50)).isEqualTo(50);
    assertThat(FailoverFigures.percentile(hundred, 99)).isEqualTo(99);
    assertThat(FailoverFigures.percentile(hundred, 100)).isEqualTo(100);
    assertThat(FailoverFigures.percentile(List.of(7L), 50)).isEqualTo(7);
  }
}
