package io.holdfast.tools.quickstart;

import io.holdfast.common.config.ConfigException;
import io.holdfast.common.config.Settings;
import io.holdfast.common.time.SystemClock;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.ProcessCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts a cluster on this machine, kills a leader under load and shows that no acknowledged row
 * was lost. Run by {@code scripts/quickstart.sh}, and many times over by {@code
 * scripts/failover-bench.sh}.
 */
public final class Quickstart {
  private static final int PARTITIONS = 8;
  private static final int REPLICAS = 3;
  private static final int BENCH_ROWS = 1000;
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private Quickstart() {}

  /** Exits with 0 if every promise was kept, 1 if not, 2 if called wrongly. */
  public static void main(String[] args) throws InterruptedException {
    int status;
    try {
      Settings<QuickstartConfig> settings =
          Settings.load(null, List.of(args), QuickstartConfig::new);
      if (settings.isHelpWanted()) {
        System.out.print(settings.help());
        return;
      }
      status = run(settings.config());
    } catch (ConfigException e) {
      e.problems().forEach(problem -> System.err.println("quickstart: " + problem));
      status = EXIT_USAGE;
    } catch (IOException e) {
      System.err.println("quickstart: " + e.getMessage());
      status = EXIT_FAILED;
    }
    System.exit(status);
  }

  private static int run(QuickstartConfig config) throws IOException, InterruptedException {
    // A round needs few trips; what is measured are the writes after them.
    int rows = config.rounds > 0 ? Math.min(config.rows, BENCH_ROWS) : config.rows;
    List<TaxiTrip> trips = TaxiTrips.read(config.trips, rows);
    ProcessCluster.Builder builder =
        ProcessCluster.of(config.distribution, config.workDirectory)
            .portBase(config.portBase)
            .heap(config.heap)
            .fresh()
            .progress(Quickstart::say);
    try (ProcessCluster cluster = builder.build()) {
      cluster.start();
      Result result;
      try (ClusterAccess access = ClientAccess.connect(cluster.zkCluster(), cluster.zkRootPath())) {
        result = drill(config, access, cluster, trips);
      }
      System.out.println();
      System.out.print(result.text());
      if (config.isKept) {
        keep(cluster);
      }
      return result.exitCode();
    }
  }

  private record Result(String text, int exitCode) {}

  private static Result drill(
      QuickstartConfig config, ClusterAccess access, ProcessCluster cluster, List<TaxiTrip> trips)
      throws IOException {
    FailoverDrill drill =
        new FailoverDrill(
            new FailoverDrill.Plan(
                PARTITIONS, REPLICAS, Duration.ofSeconds(config.stepTimeoutSeconds)),
            access,
            new ProcessTablets(cluster),
            SystemClock.INSTANCE,
            LockSupport::parkNanos,
            Quickstart::say);
    if (config.rounds > 0 && config.isPlanned) {
      FailoverFigures figures = drill.plan(config.warmUp, config.rounds, trips);
      return new Result(figures.plannedText(), figures.isFlawless() ? 0 : EXIT_FAILED);
    }
    if (config.rounds > 0) {
      FailoverFigures figures = drill.repeat(config.rounds, trips);
      return new Result(figures.text(), figures.exitCode());
    }
    Report report = drill.run(trips);
    return new Result(report.text(), report.exitCode());
  }

  private static void keep(ProcessCluster cluster) throws InterruptedException {
    System.out.println();
    for (Node node : cluster.nodes()) {
      System.out.println(node.name() + " on " + node.endpoint() + ", log " + node.logFile());
    }
    System.out.println("try: bin/openmldb --role=ns_client --zk_cluster=" + cluster.zkCluster());
    say("the cluster keeps running; Ctrl-C stops it");
    new CountDownLatch(1).await();
  }

  private static void say(String line) {
    System.out.println("==> " + line);
  }
}
