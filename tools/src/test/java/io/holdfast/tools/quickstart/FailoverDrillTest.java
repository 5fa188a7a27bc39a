package io.holdfast.tools.quickstart;

import static io.holdfast.tools.quickstart.FakeCluster.MILLI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The drill tells a cluster that keeps its promises from one that does not. */
@Timeout(30)
class FailoverDrillTest {
  private final FakeCluster cluster = new FakeCluster();
  private final List<String> progress = new ArrayList<>();
  private List<TaxiTrip> trips;

  @BeforeEach
  void readTrips() throws IOException {
    trips = TaxiTrips.read(Path.of(System.getProperty("sample.data")), 500);
  }

  private Report run() throws IOException {
    return new FailoverDrill(
            new FailoverDrill.Plan(8, 3, Duration.ofSeconds(10)),
            cluster,
            cluster,
            cluster,
            cluster,
            progress::add)
        .run(trips);
  }

  @Test
  void aGoodClusterPassesAndTheGapIsMeasuredWhereItWas() throws IOException {
    Report report = run();
    assertThat(report.isPassed()).as("%s%n%s", report.text(), progress).isTrue();
    assertThat(cluster.story).containsExactly("kill t2:1", "restart t2:1");
    assertThat(report.partitionsLed()).isEqualTo(5);
    assertThat(report.rowsAcknowledged()).isGreaterThan(500);
    for (int partition = 0; partition < 8; partition++) {
      long gapMillis = report.longestWriteGapNanos().get(partition) / MILLI;
      if (partition % 3 == 0) {
        assertThat(gapMillis).isLessThan(50);
      } else {
        assertThat(gapMillis).isBetween(1990L, 2050L);
      }
    }
    assertThat(report.fullRedundancyNanos() / MILLI).isBetween(5000L, 5100L);
  }

  @Test
  void twoRunsAreTheSame() throws IOException {
    Report first = run();
    FakeCluster again = new FakeCluster();
    Report second =
        new FailoverDrill(
                new FailoverDrill.Plan(8, 3, Duration.ofSeconds(10)),
                again,
                again,
                again,
                again,
                line -> {})
            .run(trips);
    assertThat(second).isEqualTo(first);
  }

  @Test
  void aLostRowFails() throws IOException {
    cluster.losesWritesOnKill = true;
    Report report = run();
    assertThat(report.rowsLost()).isEqualTo(1);
    assertThat(report.exitCode()).isEqualTo(1);
    assertThat(progress).anyMatch(line -> line.startsWith("LOST "));
  }

  @Test
  void writesThatNobodyAnsweredAreNeitherAcknowledgedNorLost() throws IOException {
    cluster.dropsConnectionsOnKill = true;
    Report report = run();
    assertThat(report.isPassed()).as("%s%n%s", report.text(), progress).isTrue();
    assertThat(report.rowsUnknown()).isEqualTo(8);
    assertThat(report.rowsRefused()).isZero();
  }

  @Test
  void aRepeatedFailoverIsMeasuredWhereTheLeaderWasKilled() throws IOException {
    FailoverFigures figures =
        new FailoverDrill(
                new FailoverDrill.Plan(8, 3, Duration.ofSeconds(10)),
                cluster,
                cluster,
                cluster,
                cluster,
                progress::add)
            .repeat(2, trips);
    assertThat(figures.isPassed()).as("%s%n%s", figures.text(), progress).isTrue();
    assertThat(figures.redundancyNanos()).hasSize(2);
    // Five partitions lose their leader in each round; all of them took two seconds.
    assertThat(figures.gapsNanos()).hasSize(10);
    assertThat(figures.gapsNanos())
        .allSatisfy(gap -> assertThat(gap / MILLI).isBetween(1990L, 2050L));
  }

  @Test
  void aRowWrittenTwiceFails() throws IOException {
    cluster.writesTwiceOnKill = true;
    Report report = run();
    assertThat(report.duplicates()).isEqualTo(1);
    assertThat(report.exitCode()).isEqualTo(1);
  }

  @Test
  void aReplicaThatStaysAwayFails() throws IOException {
    cluster.neverCatchesUp = true;
    Report report = run();
    assertThat(report.fullRedundancyNanos()).isEqualTo(Report.NEVER);
    assertThat(report.exitCode()).isEqualTo(1);
  }

  @Test
  void aPartitionThatNeverServesAgainEndsTheDrill() {
    cluster.neverFailsOver = true;
    assertThatThrownBy(this::run)
        .isInstanceOf(IOException.class)
        .hasMessage("gave up after 10 s waiting for every partition to take writes again");
  }

  @Test
  void tooFewTripsAreRefused() {
    trips = trips.subList(0, 1);
    assertThatThrownBy(this::run).hasMessageContaining("take more rows");
  }
}
