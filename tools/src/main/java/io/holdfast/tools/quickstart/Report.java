package io.holdfast.tools.quickstart;

import java.util.List;
import java.util.Locale;

/**
 * What a failover drill found.
 *
 * @param killedTablet endpoint of the tablet that was killed
 * @param partitionsLed how many partitions it led when it was killed
 * @param rowsAcknowledged writes that the cluster has promised to keep
 * @param rowsRefused writes that were not done, and said so
 * @param rowsUnknown writes that were not answered; whether they are there is nobody's promise
 * @param rowsLost acknowledged rows that cannot be read, or not as they were written
 * @param duplicates rows that are there more than once
 * @param longestWriteGapNanos by partition
 * @param fullRedundancyNanos from the kill until every partition had all its replicas in sync; -1
 *     if that was not reached
 */
public record Report(
    String killedTablet,
    int partitionsLed,
    long rowsAcknowledged,
    long rowsRefused,
    long rowsUnknown,
    long rowsLost,
    long duplicates,
    List<Long> longestWriteGapNanos,
    long fullRedundancyNanos) {

  /** Stands for a full redundancy that was not reached. */
  public static final long NEVER = -1;

  public Report {
    longestWriteGapNanos = List.copyOf(longestWriteGapNanos);
  }

  /**
   * Every promise was kept: nothing lost, nothing twice, all replicas back, and rows to show it.
   */
  public boolean isPassed() {
    return rowsAcknowledged > 0 && rowsLost == 0 && duplicates == 0 && fullRedundancyNanos != NEVER;
  }

  /** For the process: 0 when passed, 1 when not. */
  public int exitCode() {
    return isPassed() ? 0 : 1;
  }

  /** The report for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "tablet killed", killedTablet + ", leader of " + partitionsLed + " partitions");
    line(text, "rows acknowledged", Long.toString(rowsAcknowledged));
    line(text, "rows refused", Long.toString(rowsRefused));
    line(text, "rows of unknown outcome", Long.toString(rowsUnknown));
    line(text, "acknowledged rows lost", Long.toString(rowsLost));
    line(text, "duplicates", Long.toString(duplicates));
    for (int partition = 0; partition < longestWriteGapNanos.size(); partition++) {
      line(
          text,
          "longest write gap, partition " + partition,
          seconds(longestWriteGapNanos.get(partition)));
    }
    line(
        text,
        "full redundancy after the kill",
        fullRedundancyNanos == NEVER ? "not reached" : seconds(fullRedundancyNanos));
    line(text, "result", isPassed() ? "PASSED" : "FAILED");
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-32s %s%n", name, value));
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
  }
}
