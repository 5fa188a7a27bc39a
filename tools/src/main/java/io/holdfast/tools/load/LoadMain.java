package io.holdfast.tools.load;

import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.UnavailableException;
import io.holdfast.tools.cli.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts load on a cluster and says how it went. */
@Command(
    name = "openmldb load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Puts load on a table of a cluster and says how many operations it took and how long they"
          + " took.",
      "The table has a key and a value and is made if it is not there. Put load on no cluster that"
          + " others rely on.",
    },
    footer = {
      "",
      "examples:",
      "  openmldb load --zk_cluster=127.0.0.1:2181 --mix=put --in-flight=64 --seconds=30",
      "  openmldb load --zk_cluster=127.0.0.1:2181 --fill --mix=get=95,put=5 --skew=90:1"
          + " --rate=5000",
      "",
      "exit status: 0 done, 1 operations failed, 2 usage, 3 cluster not reachable",
    })
public final class LoadMain implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int NOT_REACHABLE = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int FILL_IN_FLIGHT = 256;

  @Spec private CommandSpec spec;

  @Option(
      names = "--zk_cluster",
      required = true,
      paramLabel = "HOST:PORT,...",
      description = "ZooKeeper servers of the cluster")
  private String zkCluster;

  @Option(
      names = "--zk_root_path",
      defaultValue = "/openmldb",
      paramLabel = "PATH",
      description = "where the cluster is in ZooKeeper (default ${DEFAULT-VALUE})")
  private String zkRootPath;

  @Mixin private LoadSettings settings;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      paramLabel = "text|json",
      description = "a table, or one line of JSON (default ${DEFAULT-VALUE})")
  private String output;

  private LoadMain() {}

  public static void main(String[] args) {
    Program.main(args, LoadMain::run);
  }

  /** Runs as the command line says; returns the exit code. Ends no process. */
  public static int run(String[] args, PrintWriter out, PrintWriter err) {
    return new CommandLine(new LoadMain())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(LoadMain::failed)
        .execute(args);
  }

  private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult unused)
      throws Exception {
    if (failure instanceof HoldfastException
        || failure instanceof SQLException
        || failure instanceof KeyFill.FillException) {
      command.getErr().println(failure.getMessage());
      return FAILED;
    }
    throw failure;
  }

  @Override
  public Integer call()
      throws InterruptedException, SQLException, IOException, KeyFill.FillException {
    check();
    try (HoldfastClient client =
        HoldfastClient.builder().zookeeper(zkCluster).rootPath(zkRootPath).build()) {
      try {
        settings.table().ensure(client.admin());
      } catch (UnavailableException e) {
        spec.commandLine().getErr().println("the cluster cannot be reached: " + e.getMessage());
        return NOT_REACHABLE;
      } catch (HoldfastException e) {
        spec.commandLine().getErr().println("the table cannot be made: " + e.getMessage());
        return FAILED;
      }
      try {
        return load(client);
      } finally {
        if (settings.drop) {
          settings.table().drop(client.admin());
        }
      }
    }
  }

  private void check() {
    try {
      settings.check();
      LoadSettings.oneOf("--output", output, "text", "json");
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private int load(HoldfastClient client)
      throws InterruptedException, SQLException, IOException, KeyFill.FillException {
    try (ClusterTarget target =
        new ClusterTarget(
            client.table(settings.database, settings.table),
            settings.valueBytes,
            settings.scanRows)) {
      if (settings.operations().has(OpKind.SELECT)) {
        target.prepare(connect(), settings.table(), settings.inFlight);
      }
      long bytesPerRecord = settings.fill ? fill(target) : 0;
      LoadRun run =
          new LoadRun(target, settings.operations(), settings.choice(), settings.inFlight);
      Thread pacer = begin(run);
      watch(run, "warming up", settings.warmUpSeconds);
      ServerUse before = ServerUse.now();
      run.countAnew();
      long began = System.nanoTime();
      watch(run, "measuring", settings.seconds);
      Tally tally = run.countAnew();
      double measured = (System.nanoTime() - began) / 1e9;
      ServerUse after = ServerUse.now();
      if (pacer != null) {
        pacer.interrupt();
        pacer.join();
      }
      if (!run.stop(PATIENCE)) {
        spec.commandLine().getErr().println("some operations did not end; they are not counted");
      }
      LoadReport report =
          new LoadReport(
              settings.describe(),
              measured,
              tally.done(),
              tally.failures(),
              tally.latencies(),
              after.cpuSecondsSince(before),
              bytesPerRecord);
      PrintWriter out = spec.commandLine().getOut();
      if (output.equals("json")) {
        out.println(report.json());
      } else {
        report.print(out);
      }
      return tally.failed() == 0 && tally.done() > 0 ? 0 : FAILED;
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:holdfast:///" + settings.database + "?zk=" + zkCluster + "&zkPath=" + zkRootPath);
  }

  /** The thread that keeps the pace; null in a closed loop, which needs none. */
  private Thread begin(LoadRun run) {
    if (settings.rate == 0) {
      run.startClosed(settings.seed);
      return null;
    }
    Thread pacer =
        new Thread(
            () ->
                run.runPaced(
                    settings.rate, settings.seed, () -> !Thread.currentThread().isInterrupted()),
            "pacer");
    pacer.start();
    return pacer;
  }

  private void watch(LoadRun run, String phase, int forSeconds) throws InterruptedException {
    long last = 0;
    for (int i = 1; i <= forSeconds; i++) {
      TimeUnit.SECONDS.sleep(1);
      Tally tally = run.tally();
      if (System.console() != null) {
        spec.commandLine()
            .getErr()
            .printf(
                Locale.ROOT,
                "%s, %d of %d s: %,d a second, %,d failed%n",
                phase,
                i,
                forSeconds,
                tally.done() - last,
                tally.failed());
      }
      last = tally.done();
    }
  }

  /** Puts each key once; returns the memory that each row took, as far as that can be seen. */
  private long fill(LoadTarget target) throws InterruptedException, KeyFill.FillException {
    long before = ServerUse.now().tabletBytes();
    KeyFill filling =
        new KeyFill(target, settings.keys, Math.max(settings.inFlight, FILL_IN_FLIGHT));
    filling.run(
        done -> {
          if (System.console() != null) {
            spec.commandLine()
                .getErr()
                .printf(Locale.ROOT, "%,d of %,d keys put%n", done, settings.keys);
          }
        });
    return Math.max(0, ServerUse.now().tabletBytes() - before) / settings.keys;
  }
}
