package io.holdfast.tools.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The report passes only when every promise was kept. */
class ReportTest {
  private static Report report(long acknowledged, long lost, long duplicates, long redundancy) {
    return new Report(
        "127.0.0.1:1",
        4,
        acknowledged,
        1,
        2,
        lost,
        duplicates,
        List.of(1_500_000_000L),
        redundancy);
  }

  @Test
  void thePassingOneTellsEveryFigure() {
    Report report = report(100, 0, 0, 12_345_000_000L);
    assertThat(report.exitCode()).isZero();
    assertThat(report.text().lines().map(line -> line.replaceAll(" {2,}", ": ")))
        .containsExactly(
            "tablet killed: 127.0.0.1:1, leader of 4 partitions",
            "rows acknowledged: 100",
            "rows refused: 1",
            "rows of unknown outcome: 2",
            "acknowledged rows lost: 0",
            "duplicates: 0",
            "longest write gap, partition 0: 1.500 s",
            "full redundancy after the kill: 12.345 s",
            "result: PASSED");
  }

  @Test
  void anyBrokenPromiseFails() {
    assertThat(report(100, 1, 0, 1).exitCode()).isEqualTo(1);
    assertThat(report(100, 0, 1, 1).exitCode()).isEqualTo(1);
    assertThat(report(0, 0, 0, 1).exitCode()).isEqualTo(1);
    assertThat(report(100, 0, 0, Report.NEVER).exitCode()).isEqualTo(1);
    assertThat(report(100, 0, 0, Report.NEVER).text()).contains("not reached", "FAILED");
  }
}
