package io.holdfast.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured, as a table: for each benchmark its subjects in the order in which they came,
 * each compared with the first. Single owner.
 */
public final class BenchTable {
  private static final String FORMAT = "%-26s %-30s %6s %12s %23s  %6s %12s%n";

  /** By benchmark and subject, one of each round. */
  private final Map<String, Map<String, List<Times>>> rounds = new LinkedHashMap<>();

  /**
   * Nanoseconds for an operation: by the clock, and of the processor; 0 where that says nothing.
   */
  private record Times(double nanos, double cpuNanos) {}

  /**
   * Takes the result of a round.
   *
   * @param nanos for an operation, above 0
   * @param cpuNanos of the processor; 0 where they say nothing
   */
  public void add(String benchmark, String subject, double nanos, double cpuNanos) {
    rounds
        .computeIfAbsent(benchmark, name -> new LinkedHashMap<>())
        .computeIfAbsent(subject, name -> new ArrayList<>())
        .add(new Times(nanos, cpuNanos));
  }

  /** The table, with a line break at its end. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append(row("", "", "ratio", "thousand/s", "slowest..fastest", "ratio", "by processor"));
    rounds.forEach((benchmark, subjects) -> addGroup(out, benchmark, subjects));
    return out.append(
            "ratio: how many times as fast as the first of its group, by the clock and by the"
                + " measuring thread's processor time\n")
        .toString();
  }

  private static void addGroup(
      StringBuilder out, String benchmark, Map<String, List<Times>> subjects) {
    String name = benchmark;
    double first = 0;
    double firstCpu = 0;
    for (Map.Entry<String, List<Times>> subject : subjects.entrySet()) {
      double[] sorted = subject.getValue().stream().mapToDouble(Times::nanos).sorted().toArray();
      double[] cpu = subject.getValue().stream().mapToDouble(Times::cpuNanos).sorted().toArray();
      first = first == 0 ? median(sorted) : first;
      firstCpu = firstCpu == 0 ? median(cpu) : firstCpu;
      out.append(
          row(
              name,
              subject.getKey(),
              ratio(first, median(sorted)),
              rate(median(sorted)),
              rate(sorted[sorted.length - 1]) + ".." + rate(sorted[0]),
              ratio(firstCpu, median(cpu)),
              rate(median(cpu))));
      name = "";
    }
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, FORMAT, cells);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String ratio(double first, double nanos) {
    return nanos == 0 ? "" : String.format(Locale.ROOT, "%.2f", first / nanos);
  }

  private static String rate(double nanos) {
    return nanos == 0 ? "" : String.format(Locale.ROOT, "%,.1f", 1e6 / nanos);
  }
}
