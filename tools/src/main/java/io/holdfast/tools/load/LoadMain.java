package io.holdfast.tools.load;

import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.UnavailableException;
import io.holdfast.protocol.openmldb.common.StorageMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
  private static final long MOST_KEYS = 1_000_000_000L;
  private static final int MOST_IN_FLIGHT = 16_384;
  private static final int MOST_VALUE = 1 << 20;

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

  @Option(
      names = "--database",
      defaultValue = "load",
      description = "the table's database (default ${DEFAULT-VALUE})")
  private String database;

  @Option(
      names = "--table",
      defaultValue = "load",
      description = "the table (default ${DEFAULT-VALUE})")
  private String table;

  @Option(
      names = "--partitions",
      defaultValue = "8",
      description = "partitions of a table that is made (default ${DEFAULT-VALUE})")
  private int partitions;

  @Option(
      names = "--replicas",
      defaultValue = "3",
      description = "copies of a table that is made (default ${DEFAULT-VALUE})")
  private int replicas;

  @Option(
      names = "--versions",
      defaultValue = "1",
      description = "rows that a table that is made keeps of a key (default ${DEFAULT-VALUE})")
  private int versions;

  @Option(
      names = "--storage",
      defaultValue = "memory",
      paramLabel = "memory|ssd|hdd",
      description = "where a table that is made has its rows (default ${DEFAULT-VALUE})")
  private String storage;

  @Option(
      names = "--acks",
      defaultValue = "all",
      paramLabel = "all|majority|leader",
      description = "acknowledgement of a table that is made (default ${DEFAULT-VALUE})")
  private String acks;

  @Option(
      names = "--durability",
      defaultValue = "fsync",
      paramLabel = "fsync|os",
      description = "durability of a table that is made (default ${DEFAULT-VALUE})")
  private String durability;

  @Option(names = "--drop", description = "drop the table at the end")
  private boolean drop;

  @Option(
      names = "--mix",
      defaultValue = "put",
      paramLabel = "KIND=SHARE,...",
      description = "operations: put, get, scan, select (default ${DEFAULT-VALUE})")
  private String mix;

  @Option(
      names = "--keys",
      defaultValue = "100000",
      description = "different keys (default ${DEFAULT-VALUE})")
  private long keys;

  @Option(
      names = "--skew",
      paramLabel = "P:Q",
      description = "P percent of the operations go to Q percent of the keys; all alike without it")
  private String skew;

  @Option(
      names = "--value-bytes",
      defaultValue = "100",
      description = "length of a row's value (default ${DEFAULT-VALUE}); a key has 16")
  private int valueBytes;

  @Option(
      names = "--scan-rows",
      defaultValue = "10",
      description = "most rows of a scan (default ${DEFAULT-VALUE})")
  private int scanRows;

  @Option(
      names = "--in-flight",
      defaultValue = "64",
      description = "most operations under way at a time (default ${DEFAULT-VALUE})")
  private int inFlight;

  @Option(
      names = "--rate",
      defaultValue = "0",
      paramLabel = "N",
      description = {
        "operations that are due in a second; latency then counts from when one was due.",
        "0: the next follows as soon as one has ended (default)"
      })
  private long rate;

  @Option(
      names = "--fill",
      description = "put every key once before it begins; with it, memory per row is told")
  private boolean fill;

  @Option(
      names = "--warm-up",
      defaultValue = "5",
      paramLabel = "SECONDS",
      description = "seconds that are not counted (default ${DEFAULT-VALUE})")
  private int warmUpSeconds;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "seconds that are counted (default ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "of the operations and keys that are drawn (default ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      paramLabel = "text|json",
      description = "a table, or one line of JSON (default ${DEFAULT-VALUE})")
  private String output;

  private OpMix operations;
  private KeyChoice choice;
  private LoadTable definition;

  private LoadMain() {}

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(args, out, err);
    out.flush();
    System.exit(code);
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
        definition.ensure(client.admin());
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
        if (drop) {
          definition.drop(client.admin());
        }
      }
    }
  }

  private void check() {
    try {
      operations = OpMix.parse(mix);
      within("--keys", keys, 1, MOST_KEYS);
      choice = skew == null ? KeyChoice.uniform(keys) : KeyChoice.skewed(keys, skew);
      within("--value-bytes", valueBytes, 1, MOST_VALUE);
      within("--scan-rows", scanRows, 1, 100_000);
      within("--in-flight", inFlight, 1, MOST_IN_FLIGHT);
      within("--rate", rate, 0, 100_000_000);
      within("--warm-up", warmUpSeconds, 0, 86_400);
      within("--seconds", seconds, 1, 86_400);
      within("--partitions", partitions, 1, 1024);
      within("--replicas", replicas, 1, 128);
      within("--versions", versions, 1, 100_000);
      oneOf("--acks", acks, "all", "majority", "leader");
      oneOf("--durability", durability, "fsync", "os");
      oneOf("--output", output, "text", "json");
      oneOf("--storage", storage, "memory", "ssd", "hdd");
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    StorageMode mode =
        switch (storage) {
          case "ssd" -> StorageMode.kSSD;
          case "hdd" -> StorageMode.kHDD;
          default -> StorageMode.kMemory;
        };
    definition =
        new LoadTable(database, table, partitions, replicas, versions, mode, acks, durability);
  }

  private static void within(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " is from " + least + " to " + most + ", not " + value);
    }
  }

  private static void oneOf(String option, String value, String... allowed) {
    for (String one : allowed) {
      if (one.equals(value)) {
        return;
      }
    }
    throw new IllegalArgumentException(
        option + " is one of " + String.join(", ", allowed) + ", not \"" + value + "\"");
  }

  private int load(HoldfastClient client)
      throws InterruptedException, SQLException, IOException, KeyFill.FillException {
    try (ClusterTarget target =
        new ClusterTarget(client.table(database, table), valueBytes, scanRows)) {
      if (operations.has(OpKind.SELECT)) {
        String url = "jdbc:holdfast:///" + database + "?zk=" + zkCluster + "&zkPath=" + zkRootPath;
        target.prepare(DriverManager.getConnection(url), definition, inFlight);
      }
      long bytesPerRecord = fill ? fill(target) : 0;
      LoadRun run = new LoadRun(target, operations, choice, inFlight);
      Thread pacer = begin(run);
      watch(run, "warming up", warmUpSeconds);
      ServerUse before = ServerUse.now();
      run.countAnew();
      long began = System.nanoTime();
      watch(run, "measuring", seconds);
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
              describe(),
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

  /** The thread that keeps the pace; null in a closed loop, which needs none. */
  private Thread begin(LoadRun run) {
    if (rate == 0) {
      run.startClosed(seed);
      return null;
    }
    Thread pacer =
        new Thread(
            () -> run.runPaced(rate, seed, () -> !Thread.currentThread().isInterrupted()), "pacer");
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
    KeyFill filling = new KeyFill(target, keys, Math.max(inFlight, FILL_IN_FLIGHT));
    filling.run(
        done -> {
          if (System.console() != null) {
            spec.commandLine().getErr().printf(Locale.ROOT, "%,d of %,d keys put%n", done, keys);
          }
        });
    return Math.max(0, ServerUse.now().tabletBytes() - before) / keys;
  }

  private String describe() {
    return database
        + "."
        + table
        + ": "
        + operations
        + "; "
        + choice
        + "; values of "
        + valueBytes
        + " bytes; "
        + (rate == 0 ? "" : rate + " due a second, at most ")
        + inFlight
        + " under way";
  }
}
