package io.holdfast.testkit.sim;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sums of many histories. Not thread-safe. */
final class SimulationTotals {
  private final Map<String, Long> faults = new TreeMap<>();
  private long seeds;
  private long runTwice;
  private long events;
  private long operations;
  private long commits;
  private long elections;
  private long snapshotsMade;
  private long snapshotsInstalled;
  private long virtualNanos;

  void add(SimulationResult result, boolean twice) {
    seeds++;
    runTwice += twice ? 1 : 0;
    events += result.events();
    operations += result.operations();
    commits += result.commits();
    elections += result.elections();
    snapshotsMade += result.snapshotsMade();
    snapshotsInstalled += result.snapshotsInstalled();
    virtualNanos += result.virtualNanos();
    result.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
  }

  long seeds() {
    return seeds;
  }

  private long faultCount() {
    return faults.values().stream().mapToLong(Long::longValue).sum();
  }

  /** One line about what was run in this many real nanoseconds. */
  String line(long nanos) {
    return String.format(
        Locale.ROOT,
        "%d seeds, %.1f seeds/s, %d events, %d operations, %d commits, %d elections,"
            + " %d snapshots made, %d sent, %d faults",
        seeds,
        seeds * 1e9 / nanos,
        events,
        operations,
        commits,
        elections,
        snapshotsMade,
        snapshotsInstalled,
        faultCount());
  }

  /** A page about what was run, in Markdown. */
  String page(SimulateArguments arguments, String verdict, long nanos) {
    StringBuilder page = new StringBuilder();
    page.append("# Simulation, seeds ")
        .append(arguments.first())
        .append(" to ")
        .append(arguments.first() + seeds - 1)
        .append("\n\n")
        .append(verdict)
        .append("\n\n| | |\n|---|---|\n");
    row(page, "seeds", seeds);
    row(page, "of these run twice and compared", runTwice);
    row(page, "simulated time in minutes", virtualNanos / 60_000_000_000L);
    row(page, "real time in seconds", nanos / 1_000_000_000);
    row(page, "events", events);
    row(page, "client operations", operations);
    row(page, "committed records", commits);
    row(page, "elections", elections);
    row(page, "snapshots made", snapshotsMade);
    row(page, "snapshots sent to others", snapshotsInstalled);
    row(page, "faults", faultCount());
    page.append("\n| fault | how often |\n|---|---|\n");
    faults.forEach((kind, count) -> row(page, kind, count));
    return page.toString();
  }

  private static void row(StringBuilder page, String what, long count) {
    page.append("| ")
        .append(what)
        .append(" | ")
        .append(String.format(Locale.ROOT, "%,d", count))
        .append(" |\n");
  }
}
