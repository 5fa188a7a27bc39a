package io.holdfast.tools.quickstart;

import io.holdfast.common.time.Clock;
import io.holdfast.tools.quickstart.FailoverRound.Kill;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The story of the quick start: load a table, kill the busiest leader under a running writer, wait
 * for service, read every acknowledged row back, bring the tablet back, wait for full redundancy,
 * and read everything back once more.
 *
 * <p>Everything outside comes in through ports, time included; with fakes behind the ports two runs
 * are the same.
 */
public final class FailoverDrill {
  /** How long between two looks at what the cluster is doing. */
  private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

  private final Plan plan;
  private final ClusterAccess cluster;
  private final Clock clock;
  private final Pause pause;
  private final Consumer<String> progress;
  private final Workload load;
  private final Redundancy redundancy;
  private final FailoverRound round;

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
    this.clock = clock;
    this.pause = pause;
    this.progress = progress;
    load = new Workload(cluster, plan.partitions(), clock, pause, plan.timeout(), progress);
    redundancy = new Redundancy(cluster, plan.partitions(), plan.replicas());
    round = new FailoverRound(cluster, tablets, load, redundancy, clock, progress);
  }

  /**
   * Runs the drill.
   *
   * @param trips what is loaded; every partition needs one at least
   * @throws IOException if a step does not get done in its time; losses are no exception but part
   *     of the report
   */
  public Report run(List<TaxiTrip> trips) throws IOException {
    prepare(trips);
    Kill kill = round.killBusiest();
    progress.accept("read " + load.compare() + " acknowledged rows back");
    List<Long> gaps = load.longestGapsNanos();
    long restoredNanos = bringBack(kill);
    progress.accept("read " + load.compare() + " acknowledged rows back");
    return new Report(
        kill.tablet(),
        kill.led().size(),
        load.acknowledged(),
        load.refused(),
        load.unknown(),
        load.lost(),
        load.duplicates(),
        gaps,
        restoredNanos);
  }

  /**
   * Repeats the failover and measures it.
   *
   * @return what each round found
   * @throws IOException if a step does not get done in its time
   */
  public FailoverFigures repeat(int rounds, List<TaxiTrip> trips) throws IOException {
    int[] left = {rounds};
    return repeatWhile(() -> left[0]-- > 0, trips);
  }

  /** As {@link #repeat}, with another round as long as one is wanted. */
  public FailoverFigures repeatWhile(BooleanSupplier wanted, List<TaxiTrip> trips)
      throws IOException {
    prepare(trips);
    FailoverFigures.Builder figures = new FailoverFigures.Builder();
    for (int i = 0; wanted.getAsBoolean(); i++) {
      Kill kill = round.killBusiest();
      List<Long> gaps = load.longestGapsNanos();
      List<Long> affected = kill.led().stream().map(gaps::get).toList();
      round.bringBack(kill.tablet());
      long redundantNanos = clock.nanoTime() - kill.nanos();
      figures.round(affected, redundantNanos);
      progress.accept("round " + (i + 1) + ": " + FailoverFigures.line(affected, redundantNanos));
    }
    progress.accept("read " + load.compare() + " acknowledged rows back");
    return figures.build(
        load.acknowledged(), load.refused(), load.unknown(), load.lost(), load.duplicates());
  }

  /**
   * Changes leaders as planned, again and again, and measures it.
   *
   * @param warmUp changes before those that are counted: code that just started is slow
   * @return what each change has cost; its second line is how long the commands took
   * @throws IOException if a step does not get done in its time
   */
  public FailoverFigures plan(int warmUp, int rounds, List<TaxiTrip> trips) throws IOException {
    prepare(trips);
    FailoverFigures.Builder figures = new FailoverFigures.Builder();
    PlannedRounds planned = new PlannedRounds(cluster, load, clock, progress);
    if (warmUp > 0) {
      planned.run(warmUp, plan.partitions());
      progress.accept(warmUp + " changes were made to warm up; the next ones count");
    }
    for (PlannedRounds.Cost cost : planned.run(rounds, plan.partitions())) {
      figures.round(List.of(cost.gapNanos()), cost.commandNanos());
    }
    progress.accept("read " + load.compare() + " acknowledged rows back");
    return figures.build(
        load.acknowledged(), load.refused(), load.unknown(), load.lost(), load.duplicates());
  }

  private void prepare(List<TaxiTrip> trips) throws IOException {
    require("enough tablets for the table", redundancy::isPossible);
    cluster.createTable(plan.partitions(), plan.replicas());
    require("the new table to be fully redundant", redundancy::isFull);
    progress.accept(
        "table ready: " + plan.partitions() + " partitions, " + plan.replicas() + " replicas each");
    load.load(trips);
    progress.accept("loaded " + trips.size() + " trips; the writer goes on");
  }

  /** A tablet that does not come back in time is a result, not the end of the drill. */
  private long bringBack(Kill kill) {
    try {
      round.bringBack(kill.tablet());
      return clock.nanoTime() - kill.nanos();
    } catch (IOException e) {
      progress.accept(e.getMessage());
      return Report.NEVER;
    }
  }

  private void require(String what, BooleanSupplier condition) throws IOException {
    long deadline = clock.nanoTime() + plan.timeout().toNanos();
    while (!condition.getAsBoolean()) {
      if (clock.nanoTime() - deadline >= 0) {
        throw new IOException(
            "gave up after " + plan.timeout().toSeconds() + " s waiting for " + what);
      }
      pause.nanos(LOOK_NANOS);
    }
  }
}
