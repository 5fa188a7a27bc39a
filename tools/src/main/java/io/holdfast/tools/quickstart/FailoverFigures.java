package io.holdfast.tools.quickstart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What repeated failovers have shown.
 *
 * @param gapsNanos longest time between two successful writes, one for each partition whose leader
 *     was killed, of all rounds, in ascending order
 * @param redundancyNanos from the kill until every replica was in sync, by round, in ascending
 *     order
 * @param rowsAcknowledged writes that the cluster has promised to keep
 * @param rowsRefused writes that were not done, and said so
 * @param rowsUnknown writes that were not answered
 * @param rowsLost acknowledged rows that are not there
 * @param duplicates rows that are there more than once
 */
public record FailoverFigures(
    List<Long> gapsNanos,
    List<Long> redundancyNanos,
    long rowsAcknowledged,
    long rowsRefused,
    long rowsUnknown,
    long rowsLost,
    long duplicates) {

  public FailoverFigures {
    gapsNanos = gapsNanos.stream().sorted().toList();
    redundancyNanos = redundancyNanos.stream().sorted().toList();
  }

  /** Nothing lost and nothing twice, among rows to show it. */
  public boolean isPassed() {
    return rowsAcknowledged > 0 && rowsLost == 0 && duplicates == 0;
  }

  /** For the process: 0 when passed, 1 when not. */
  public int exitCode() {
    return isPassed() ? 0 : 1;
  }

  /** Besides, no write failed and none was left in doubt: what planned changes promise. */
  public boolean isFlawless() {
    return isPassed() && rowsRefused == 0 && rowsUnknown == 0;
  }

  /** The figures of planned changes. */
  public String plannedText() {
    return text("changes", "the command's time", isFlawless());
  }

  /** The figures for people. */
  public String text() {
    return text("rounds", "full redundancy after the kill", isPassed());
  }

  private String text(String rounds, String second, boolean passed) {
    return line(rounds, Integer.toString(redundancyNanos.size()))
        + line("rows acknowledged", Long.toString(rowsAcknowledged))
        + line("rows refused", Long.toString(rowsRefused))
        + line("rows of unknown outcome", Long.toString(rowsUnknown))
        + line("acknowledged rows lost", Long.toString(rowsLost))
        + line("duplicates", Long.toString(duplicates))
        + line("longest write gap", spread(gapsNanos))
        + line(second, spread(redundancyNanos))
        + line("result", passed ? "PASSED" : "FAILED");
  }

  /** One round on one line. */
  static String line(List<Long> gaps, long redundancyNanos) {
    return String.format(
        Locale.ROOT,
        "gap %.3f s at most, full redundancy after %.3f s",
        Collections.max(gaps) / 1e9,
        redundancyNanos / 1e9);
  }

  /** The smallest value that at least so many percent of the values do not exceed. */
  static long percentile(List<Long> ascending, int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * ascending.size());
    return ascending.get(Math.max(1, rank) - 1);
  }

  private static String spread(List<Long> ascending) {
    return String.format(
        Locale.ROOT,
        "min %.3f  p50 %.3f  p90 %.3f  p99 %.3f  max %.3f s",
        percentile(ascending, 0) / 1e9,
        percentile(ascending, 50) / 1e9,
        percentile(ascending, 90) / 1e9,
        percentile(ascending, 99) / 1e9,
        percentile(ascending, 100) / 1e9);
  }

  private static String line(String name, String value) {
    return String.format(Locale.ROOT, "%-32s %s%n", name, value);
  }

  /** Collects the rounds. */
  static final class Builder {
    private final List<Long> gapsNanos = new ArrayList<>();
    private final List<Long> redundancyNanos = new ArrayList<>();

    void round(List<Long> gaps, long redundancy) {
      gapsNanos.addAll(gaps);
      redundancyNanos.add(redundancy);
    }

    FailoverFigures build(
        long acknowledged, long refused, long unknown, long lost, long duplicates) {
      return new FailoverFigures(
          gapsNanos, redundancyNanos, acknowledged, refused, unknown, lost, duplicates);
    }
  }
}
