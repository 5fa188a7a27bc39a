package io.holdfast.tools.playground;

import io.holdfast.common.time.SystemClock;
import io.holdfast.tools.onebox.ProcessCluster;
import io.holdfast.tools.quickstart.ClientAccess;
import io.holdfast.tools.quickstart.ClusterAccess;
import io.holdfast.tools.quickstart.FailoverDrill;
import io.holdfast.tools.quickstart.FailoverFigures;
import io.holdfast.tools.quickstart.ProcessTablets;
import io.holdfast.tools.quickstart.TaxiTrip;
import io.holdfast.tools.quickstart.TaxiTrips;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * For some minutes kills the tablet that leads most, again and again, under running writes, and
 * says what it has cost.
 */
final class PlaygroundChaos {
  private static final int PARTITIONS = 8;
  private static final int REPLICAS = 3;
  private static final int ROWS = 1000;
  private static final Duration STEP = Duration.ofSeconds(60);

  private PlaygroundChaos() {}

  /**
   * @param wanted whether another round is
   * @throws IOException if a step does not get done in its time, or a promise was broken
   */
  static void run(
      ProcessCluster cluster, Path distribution, BooleanSupplier wanted, Consumer<String> say)
      throws IOException {
    List<TaxiTrip> trips =
        TaxiTrips.read(distribution.resolve("sample-data").resolve("taxi_trips.csv"), ROWS);
    try (ClusterAccess access = ClientAccess.connect(cluster.zkCluster(), cluster.zkRootPath())) {
      FailoverDrill drill =
          new FailoverDrill(
              new FailoverDrill.Plan(PARTITIONS, REPLICAS, STEP),
              access,
              new ProcessTablets(cluster),
              SystemClock.INSTANCE,
              LockSupport::parkNanos,
              say);
      FailoverFigures figures = drill.repeatWhile(wanted, trips);
      figures.text().lines().forEach(say);
      if (!figures.isPassed()) {
        throw new IOException("a promise was broken, see above");
      }
    }
  }
}
