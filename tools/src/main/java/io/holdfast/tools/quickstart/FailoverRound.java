package io.holdfast.tools.quickstart;

import io.holdfast.common.time.Clock;
import io.holdfast.tools.quickstart.ClusterAccess.PartitionView;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One failover: kill the busiest leader under load, serve again, bring it back. */
final class FailoverRound {
  private final ClusterAccess cluster;
  private final TabletControl tablets;
  private final Workload load;
  private final Redundancy redundancy;
  private final Clock clock;
  private final Consumer<String> progress;

  /**
   * A tablet that was killed.
   *
   * @param tablet its endpoint
   * @param led the partitions it led
   * @param nanos when the kill was ordered
   */
  record Kill(String tablet, Set<Integer> led, long nanos) {}

  FailoverRound(
      ClusterAccess cluster,
      TabletControl tablets,
      Workload load,
      Redundancy redundancy,
      Clock clock,
      Consumer<String> progress) {
    this.cluster = cluster;
    this.tablets = tablets;
    this.load = load;
    this.redundancy = redundancy;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Kills the tablet that leads most partitions while rows are being written, and writes on until
   * every partition takes writes again.
   */
  Kill killBusiest() throws IOException {
    Map<String, Set<Integer>> leaders = leaders();
    String victim = busiest(leaders);
    Set<Integer> led = leaders.get(victim);
    // Asking who leads took a moment in which nothing was written; the gap is not the cluster's.
    load.awaitService();
    load.forgetGaps();
    progress.accept("kill -9 " + victim + ", leader of " + led.size() + " partitions");
    long nanos = clock.nanoTime();
    // The writers go on while the process dies, so that its death meets writes under way.
    CompletableFuture<Void> killed = tablets.kill9(victim);
    load.writeUntil(victim + " to die", Workload.FAST, killed::isDone);
    Futures.await(killed, victim + " was not killed");
    load.awaitServiceSince(nanos);
    progress.accept("every partition takes writes again");
    return new Kill(victim, led, nanos);
  }

  /** Starts the tablet again and writes on until every partition has all its replicas in sync. */
  void bringBack(String tablet) throws IOException {
    CompletableFuture<Void> restarted = tablets.restart(tablet);
    load.writeUntil(tablet + " to start", Workload.SLOW, restarted::isDone);
    Futures.await(restarted, tablet + " was not started");
    progress.accept(tablet + " is started again");
    load.writeUntil("full redundancy", Workload.SLOW, redundancy::isFull);
  }

  private Map<String, Set<Integer>> leaders() throws IOException {
    Map<String, Set<Integer>> led = new TreeMap<>();
    for (Map.Entry<Integer, PartitionView> partition : cluster.partitions().entrySet()) {
      if (partition.getValue().hasLeader()) {
        led.computeIfAbsent(partition.getValue().leader(), any -> new TreeSet<>())
            .add(partition.getKey());
      }
    }
    if (led.isEmpty()) {
      throw new IOException("no partition has a leader");
    }
    return led;
  }

  /** The first by name among those that lead most. */
  private static String busiest(Map<String, Set<Integer>> leaders) {
    String best = null;
    for (Map.Entry<String, Set<Integer>> entry : leaders.entrySet()) {
      if (best == null || entry.getValue().size() > leaders.get(best).size()) {
        best = entry.getKey();
      }
    }
    return best;
  }
}
