package io.holdfast.tools.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run has shown.
 *
 * @param what the run in words
 * @param seconds for how long it was measured
 * @param done operations that succeeded
 * @param failures how often operations failed, by what was said
 * @param latencies nanoseconds, by kind of operation
 * @param cpuSeconds processor time of each server on this machine meanwhile
 * @param bytesPerRecord memory that the tablets on this machine took for each row that was loaded
 *     first; 0 where that is not known
 */
record LoadReport(
    String what,
    double seconds,
    long done,
    Map<String, Long> failures,
    Map<OpKind, Histogram> latencies,
    Map<String, Double> cpuSeconds,
    long bytesPerRecord) {
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};
  private static final String[] NAMES = {"p50", "p90", "p99", "p999"};

  /** As a table. */
  void print(PrintWriter out) {
    out.println(what);
    out.printf(Locale.ROOT, "measured for %.1f s%n%n", seconds);
    out.printf(
        "%-8s %12s %10s %10s %10s %10s %10s%n",
        "", "per second", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "most ms");
    latencies.forEach(
        (kind, histogram) -> {
          out.printf(
              Locale.ROOT,
              "%-8s %12.0f",
              kind,
              histogram.getTotalCount() / Math.max(seconds, 1e-9));
          for (double percentile : PERCENTILES) {
            out.printf(Locale.ROOT, " %10.3f", histogram.getValueAtPercentile(percentile) / 1e6);
          }
          out.printf(Locale.ROOT, " %10.3f%n", histogram.getMaxValue() / 1e6);
        });
    if (!failures.isEmpty()) {
      out.println();
      failures.forEach((text, count) -> out.println(count + " failed, " + text));
    }
    if (done > 0 && !cpuSeconds.isEmpty()) {
      out.println();
      cpuSeconds.forEach(
          (name, spent) ->
              out.printf(
                  Locale.ROOT,
                  "%-32s %8.1f CPU seconds per million operations%n",
                  name,
                  perMillion(spent)));
      out.printf(Locale.ROOT, "%-32s %8.1f%n", "all of them", perMillion(total()));
    }
    if (bytesPerRecord > 0) {
      out.println();
      out.println(
          bytesPerRecord + " bytes of memory per row, all tablets on this machine together");
    }
  }

  private double total() {
    return cpuSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private double perMillion(double cpu) {
    return cpu * 1e6 / done;
  }

  /** As one line of JSON, times in microseconds. */
  String json() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("run", what);
    root.put("seconds", seconds);
    root.put("done", done);
    ObjectNode operations = root.putObject("operations");
    latencies.forEach(
        (kind, histogram) -> {
          ObjectNode node = operations.putObject(kind.toString());
          node.put("count", histogram.getTotalCount());
          node.put("perSecond", histogram.getTotalCount() / Math.max(seconds, 1e-9));
          for (int i = 0; i < NAMES.length; i++) {
            node.put(NAMES[i] + "Micros", histogram.getValueAtPercentile(PERCENTILES[i]) / 1e3);
          }
          node.put("mostMicros", histogram.getMaxValue() / 1e3);
        });
    ArrayNode failed = root.putArray("failures");
    failures.forEach((text, count) -> failed.addObject().put("text", text).put("count", count));
    if (done > 0 && !cpuSeconds.isEmpty()) {
      ObjectNode cpu = root.putObject("cpuSecondsPerMillion");
      cpuSeconds.forEach((name, spent) -> cpu.put(name, perMillion(spent)));
      cpu.put("all", perMillion(total()));
    }
    if (bytesPerRecord > 0) {
      root.put("bytesPerRecord", bytesPerRecord);
    }
    return mapper.writeValueAsString(root);
  }
}
