package io.holdfast.tools.quickstart;

import io.holdfast.common.time.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Changes leaders as planned under load, again and again, and measures what writers notice. */
final class PlannedRounds {
  private final ClusterAccess cluster;
  private final Workload load;
  private final Clock clock;
  private final Consumer<String> progress;

  /**
   * What one change has cost.
   *
   * @param gapNanos longest time between two successful writes of the partition
   * @param commandNanos from the command to its answer
   */
  record Cost(long gapNanos, long commandNanos) {}

  PlannedRounds(ClusterAccess cluster, Workload load, Clock clock, Consumer<String> progress) {
    this.cluster = cluster;
    this.load = load;
    this.clock = clock;
    this.progress = progress;
  }

  /** Changes the leader of one partition after the other, as often as this. */
  List<Cost> run(int rounds, int partitions) throws IOException {
    List<Cost> costs = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      costs.add(change(i % partitions));
      progress.accept(
          String.format(
              java.util.Locale.ROOT,
              "change %d: gap %.1f ms, command %.1f ms",
              i + 1,
              costs.get(i).gapNanos() / 1e6,
              costs.get(i).commandNanos() / 1e6));
    }
    return costs;
  }

  private Cost change(int partition) throws IOException {
    load.awaitService();
    load.forgetGaps();
    long start = clock.nanoTime();
    CompletableFuture<Void> changed = cluster.changeLeader(partition, "auto");
    load.writeUntil("another leader", Workload.FAST, changed::isDone);
    long commandNanos = clock.nanoTime() - start;
    Futures.await(changed, "the leader was not changed");
    load.awaitServiceSince(clock.nanoTime());
    return new Cost(load.longestGapsNanos().get(partition), commandNanos);
  }
}
