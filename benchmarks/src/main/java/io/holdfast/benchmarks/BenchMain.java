package io.holdfast.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks in rounds and prints a table. Each round runs everything once, each in a process
 * of its own, so that what else the machine does hits all alike.
 *
 * <p>{@code BenchMain [--quick] [--rounds N] [REGEX]}; exits with 1 when a benchmark fails or none
 * has such a name, with 2 when an argument is wrong.
 */
public final class BenchMain {
  /**
   * For all benchmarks alike: code is compiled in the foreground, so that it is warm after so many
   * calls and not after as long as a busy machine takes; then what a ChronicleMap needs to run at
   * all, and that it reports to nobody.
   */
  static final List<String> JVM_ARGUMENTS =
      List.of(
          "-Xms2g",
          "-Xmx2g",
          "-Xbatch",
          "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "-Dchronicle.analytics.disable=true");

  /** Properties of this process that the measured ones get, too. */
  private static final List<String> INHERITED =
      List.of("java.io.tmpdir", "logback.configurationFile");

  /** Where other threads do the work, or the measuring one does other work between iterations. */
  private static final Set<String> NOT_BY_PROCESSOR = Set.of("Journal", "Collection");

  private static final int ROUNDS = 3;

  private boolean quick;
  private int rounds = ROUNDS;
  private String regex = ".*";

  private BenchMain() {}

  /** See above. */
  public static void main(String[] args) {
    BenchMain bench = new BenchMain();
    try {
      bench.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
    try {
      System.out.print(bench.run().text());
    } catch (RunnerException e) {
      System.err.println("bench: " + reason(e));
      System.exit(1);
    }
  }

  private static String reason(RunnerException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    for (Throwable hidden : cause.getSuppressed()) {
      cause = hidden;
    }
    return String.valueOf(cause.getMessage());
  }

  private void parse(String[] args) {
    boolean named = false;
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--quick")) {
        quick = true;
        rounds = 1;
      } else if (args[i].equals("--rounds") && i + 1 < args.length) {
        rounds = number(args[++i]);
      } else if (args[i].startsWith("-") || named) {
        throw new IllegalArgumentException("what is \"" + args[i] + "\"?");
      } else {
        regex = args[i];
        named = true;
      }
    }
  }

  private static int number(String text) {
    int number = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
    if (number < 1) {
      throw new IllegalArgumentException("--rounds needs a number of at least 1, not " + text);
    }
    return number;
  }

  private BenchTable run() throws RunnerException {
    BenchTable table = new BenchTable();
    for (int round = 1; round <= rounds; round++) {
      System.err.printf(Locale.ROOT, "round %d of %d%n", round, rounds);
      Collection<RunResult> results = new Runner(options().build()).run();
      for (RunResult result : results) {
        String benchmark = result.getParams().getBenchmark();
        int dot = benchmark.lastIndexOf('.');
        String method = benchmark.substring(dot + 1);
        String type = benchmark.substring(benchmark.lastIndexOf('.', dot - 1) + 1, dot);
        String group = type.replace("Benchmark", "");
        String subject = result.getParams().getParam("subject");
        double nanos = result.getPrimaryResult().getScore();
        Result<?> cpu = result.getSecondaryResults().get(CpuProfiler.NAME);
        double cpuNanos = cpu == null || NOT_BY_PROCESSOR.contains(group) ? 0 : cpu.getScore();
        if (subject == null) {
          table.add(group, method, nanos, cpuNanos);
        } else {
          table.add(group + "." + method, subject, nanos, cpuNanos);
        }
      }
      if (round < rounds) {
        System.err.println(table.text());
      }
    }
    return table;
  }

  private static String[] jvmArguments() {
    List<String> arguments = new ArrayList<>(JVM_ARGUMENTS);
    for (String property : INHERITED) {
      if (System.getProperty(property) != null) {
        arguments.add("-D" + property + "=" + System.getProperty(property));
      }
    }
    return arguments.toArray(String[]::new);
  }

  private ChainedOptionsBuilder options() {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(regex)
            .forks(1)
            .jvmArgs(jvmArguments())
            .timeUnit(TimeUnit.NANOSECONDS)
            .shouldFailOnError(true)
            .shouldDoGC(true)
            .addProfiler(CpuProfiler.class)
            .verbosity(VerboseMode.SILENT);
    if (quick) {
      options
          .warmupIterations(1)
          .measurementIterations(1)
          .warmupTime(TimeValue.milliseconds(300))
          .measurementTime(TimeValue.milliseconds(300));
    }
    return options;
  }
}
