package io.holdfast.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured, as a table: for each benchmark its subjects in the order in which they came,
 * each compared with the first. Single owner.
 */
public final class BenchTable {
  private static final String FORMAT = "%-26s %-30s %6s %12s %25s%n";

  /** By benchmark and subject: nanoseconds for an operation, one of each round. */
  private final Map<String, Map<String, List<Double>>> nanos = new LinkedHashMap<>();

  /**
   * Takes the result of a round.
   *
   * @param nanosPerOperation above 0
   */
  public void add(String benchmark, String subject, double nanosPerOperation) {
    nanos
        .computeIfAbsent(benchmark, name -> new LinkedHashMap<>())
        .computeIfAbsent(subject, name -> new ArrayList<>())
        .add(nanosPerOperation);
  }

  /** The table, with a line break at its end. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT, FORMAT, "", "", "ratio", "thousand/s", "slowest..fastest round"));
    nanos.forEach((benchmark, subjects) -> addGroup(out, benchmark, subjects));
    return out.append("ratio: how many times as fast as the first of its group\n").toString();
  }

  private static void addGroup(
      StringBuilder out, String benchmark, Map<String, List<Double>> subjects) {
    String name = benchmark;
    double first = 0;
    for (Map.Entry<String, List<Double>> subject : subjects.entrySet()) {
      double[] sorted = subject.getValue().stream().mapToDouble(Double::doubleValue).toArray();
      Arrays.sort(sorted);
      double median = median(sorted);
      first = first == 0 ? median : first;
      out.append(
          String.format(
              Locale.ROOT,
              FORMAT,
              name,
              subject.getKey(),
              String.format(Locale.ROOT, "%.2f", first / median),
              rate(median),
              rate(sorted[sorted.length - 1]) + ".." + rate(sorted[0])));
      name = "";
    }
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String rate(double nanosPerOperation) {
    return String.format(Locale.ROOT, "%,.1f", 1e6 / nanosPerOperation);
  }
}
