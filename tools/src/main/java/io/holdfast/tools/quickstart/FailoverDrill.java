package io.holdfast.tools.quickstart;

import io.holdfast.common.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The story of the quick start: load a table, kill the busiest leader under a running writer, wait
 * for service, read every acknowledged row back, bring the tablet back, wait for full redundancy.
 *
 * <p>Everything outside comes in through ports, time included, and one thread does all of it; with
 * fakes behind the ports two runs are the same.
 */
public final class FailoverDrill {
  /** How long between two looks at what the cluster is doing. */
  private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

  /** How long between two rounds of the writer: far below any gap worth reporting. */
  private static final long ROUND_NANOS = Duration.ofMillis(1).toNanos();

  private final Plan plan;
  private final ClusterAccess cluster;
  private final TabletControl tablets;
  private final Clock clock;
  private final Pause pause;
  private final Consumer<String> progress;
  private final WriteGapTracker gaps;
  private final List<PartitionWriter> writers = new ArrayList<>();

  /**
   * The size of the drill.
   *
   * @param partitions of the table
   * @param replicas of each partition
   * @param timeout how long any single step may take
   */
  public record Plan(int partitions, int replicas, Duration timeout) {}

  public FailoverDrill(
      Plan plan,
      ClusterAccess cluster,
      TabletControl tablets,
      Clock clock,
      Pause pause,
      Consumer<String> progress) {
    this.plan = plan;
    this.cluster = cluster;
    this.tablets = tablets;
    this.clock = clock;
    this.pause = pause;
    this.progress = progress;
    gaps = new WriteGapTracker(plan.partitions());
  }

  /**
   * Runs the drill.
   *
   * @param trips what is loaded; every partition needs one at least
   * @throws IOException if a step does not get done in its time; losses are no exception but part
   *     of the report
   */
  public Report run(List<TaxiTrip> trips) throws IOException {
    require("enough tablets for the table", this::hasEnoughTablets);
    cluster.createTable(plan.partitions(), plan.replicas());
    require("the new table to be fully redundant", this::isFullyRedundant);
    progress.accept(
        "table ready: " + plan.partitions() + " partitions, " + plan.replicas() + " replicas each");

    assign(trips);
    writeUntil(
        "the trips to be loaded", () -> writers.stream().allMatch(PartitionWriter::isLoaded));
    progress.accept("loaded " + trips.size() + " trips; the writer goes on");

    Map<String, Integer> leaders = leaderCounts();
    String victim = busiest(leaders);
    progress.accept("kill -9 " + victim + ", leader of " + leaders.get(victim) + " partitions");
    tablets.kill9(victim);
    long killedNanos = clock.nanoTime();

    writeUntil(
        "every partition to take writes again",
        () -> writers.stream().allMatch(writer -> writer.hasServedSince(killedNanos)));
    progress.accept("every partition takes writes again");
    require("the last writes to be answered", this::isDrained);
    Outcome outcome = compare();

    tablets.restart(victim);
    progress.accept(victim + " is started again");
    boolean isRestored = await(this::isFullyRedundant);
    long restoredNanos = isRestored ? clock.nanoTime() - killedNanos : Report.NEVER;
    return new Report(
        victim,
        leaders.get(victim),
        outcome.acknowledged(),
        writers.stream().mapToLong(PartitionWriter::refused).sum(),
        writers.stream().mapToLong(PartitionWriter::unknown).sum(),
        outcome.lost(),
        outcome.duplicates(),
        longestGaps(),
        restoredNanos);
  }

  private void assign(List<TaxiTrip> trips) throws IOException {
    for (int partition = 0; partition < plan.partitions(); partition++) {
      writers.add(new PartitionWriter(partition, cluster, clock::nanoTime, gaps));
    }
    boolean[] hasTrip = new boolean[plan.partitions()];
    for (TaxiTrip trip : trips) {
      int partition = cluster.partitionOf(trip.id());
      writers.get(partition).add(trip);
      hasTrip[partition] = true;
    }
    for (int partition = 0; partition < plan.partitions(); partition++) {
      if (!hasTrip[partition]) {
        throw new IOException("no trip falls into partition " + partition + "; take more rows");
      }
    }
  }

  private void writeUntil(String what, BooleanSupplier isDone) throws IOException {
    long deadline = clock.nanoTime() + plan.timeout().toNanos();
    while (true) {
      writers.forEach(PartitionWriter::advance);
      if (isDone.getAsBoolean()) {
        return;
      }
      requireTime(what, deadline);
      pause.nanos(ROUND_NANOS);
    }
  }

  private boolean isDrained() {
    writers.forEach(PartitionWriter::drain);
    return writers.stream().allMatch(PartitionWriter::isIdle);
  }

  private boolean hasEnoughTablets() {
    try {
      return cluster.healthyTablets() >= plan.replicas();
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isFullyRedundant() {
    Map<Integer, ClusterAccess.PartitionView> views = partitionsOrNone();
    return views.size() == plan.partitions()
        && views.values().stream()
            .allMatch(view -> view.hasLeader() && view.inSyncReplicas() >= plan.replicas());
  }

  /** Right after a kill nobody may be there to answer; that is a reason to ask again. */
  private Map<Integer, ClusterAccess.PartitionView> partitionsOrNone() {
    try {
      return cluster.partitions();
    } catch (IOException e) {
      return Map.of();
    }
  }

  private Map<String, Integer> leaderCounts() throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    for (ClusterAccess.PartitionView view : cluster.partitions().values()) {
      if (view.hasLeader()) {
        counts.merge(view.leader(), 1, Integer::sum);
      }
    }
    if (counts.isEmpty()) {
      throw new IOException("no partition has a leader");
    }
    return counts;
  }

  /** The first by name among those that lead most. */
  private static String busiest(Map<String, Integer> counts) {
    String best = null;
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      if (best == null || entry.getValue() > counts.get(best)) {
        best = entry.getKey();
      }
    }
    return best;
  }

  private record Outcome(long acknowledged, long lost, long duplicates) {}

  private Outcome compare() throws IOException {
    long acknowledged = 0;
    long lost = 0;
    long duplicates = 0;
    for (PartitionWriter writer : writers) {
      for (TaxiTrip written : writer.acknowledged()) {
        acknowledged++;
        List<TaxiTrip> found = cluster.readBack(written.id());
        if (!found.contains(written)) {
          lost++;
          progress.accept("LOST " + written.id() + ": found " + found);
        }
        if (found.size() > 1) {
          duplicates += found.size() - 1;
          progress.accept("DUPLICATE " + written.id() + ": " + found.size() + " rows");
        }
      }
    }
    progress.accept("read " + acknowledged + " acknowledged rows back");
    return new Outcome(acknowledged, lost, duplicates);
  }

  private List<Long> longestGaps() {
    List<Long> all = new ArrayList<>();
    for (int partition = 0; partition < gaps.partitions(); partition++) {
      all.add(gaps.longestGapNanos(partition));
    }
    return all;
  }

  private void require(String what, BooleanSupplier condition) throws IOException {
    if (!await(condition)) {
      throw timedOut(what);
    }
  }

  private boolean await(BooleanSupplier condition) {
    long deadline = clock.nanoTime() + plan.timeout().toNanos();
    while (!condition.getAsBoolean()) {
      if (clock.nanoTime() - deadline >= 0) {
        return false;
      }
      pause.nanos(LOOK_NANOS);
    }
    return true;
  }

  private void requireTime(String what, long deadline) throws IOException {
    if (clock.nanoTime() - deadline >= 0) {
      throw timedOut(what);
    }
  }

  private IOException timedOut(String what) {
    return new IOException(
        "gave up after " + plan.timeout().toSeconds() + " s waiting for " + what);
  }
}
