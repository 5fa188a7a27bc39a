package io.holdfast.tools.quickstart;

import io.holdfast.common.time.Clock;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A cluster in a few maps, with its own time: a write takes a millisecond, a partition whose leader
 * is killed takes no writes for two seconds, and a restarted tablet is in sync after three.
 */
final class FakeCluster implements ClusterAccess, TabletControl, Clock, Pause {
  static final long MILLI = 1_000_000L;
  static final long FAILOVER_NANOS = 2000 * MILLI;
  static final long CATCH_UP_NANOS = 3000 * MILLI;

  private static final List<String> TABLETS = List.of("t1:1", "t2:1", "t3:1");

  private record Pending(TaxiTrip trip, CompletableFuture<WriteOutcome> ack, long dueNanos) {}

  final List<String> story = new ArrayList<>();
  boolean losesWritesOnKill;
  boolean dropsConnectionsOnKill;
  boolean writesTwiceOnKill;
  boolean neverCatchesUp;
  boolean neverFailsOver;

  private final Map<String, List<TaxiTrip>> rows = new HashMap<>();
  private final Map<Integer, String> leaders = new TreeMap<>();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private int partitionCount;
  private long now = 5;
  private long servesAgainNanos = Long.MIN_VALUE;
  private long inSyncNanos = Long.MIN_VALUE;
  private String dead = "";
  private TaxiTrip lastAcknowledged;

  @Override
  public int healthyTablets() {
    return TABLETS.size();
  }

  @Override
  public void createTable(int partitions, int replicas) {
    partitionCount = partitions;
    for (int partition = 0; partition < partitions; partition++) {
      // Two of three partitions on the second tablet, so that there is a busiest one.
      leaders.put(partition, TABLETS.get(partition % 3 == 0 ? 0 : 1));
    }
  }

  @Override
  public int partitionOf(String id) {
    return Math.floorMod(id.hashCode(), partitionCount);
  }

  @Override
  public CompletableFuture<WriteOutcome> put(TaxiTrip trip) {
    CompletableFuture<WriteOutcome> ack = new CompletableFuture<>();
    pending.add(new Pending(trip, ack, now + MILLI));
    return ack;
  }

  @Override
  public CompletableFuture<List<TaxiTrip>> readBack(String id) {
    return CompletableFuture.completedFuture(rows.getOrDefault(id, List.of()));
  }

  @Override
  public Map<Integer, PartitionView> partitions() throws IOException {
    if (now < servesAgainNanos && now - (servesAgainNanos - FAILOVER_NANOS) < 100 * MILLI) {
      throw new IOException("nobody answers just after the kill");
    }
    Map<Integer, PartitionView> views = new TreeMap<>();
    boolean isFull = dead.isEmpty() && now >= inSyncNanos;
    leaders.forEach(
        (partition, leader) ->
            views.put(
                partition, new PartitionView(isServing(partition) ? leader : "", isFull ? 3 : 2)));
    return views;
  }

  @Override
  public CompletableFuture<Void> changeLeader(int partition, String target) {
    story.add("change " + partition + " to " + target);
    leaders.put(partition, leaders.get(partition).equals("t1:1") ? "t2:1" : "t1:1");
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> kill9(String endpoint) {
    story.add("kill " + endpoint);
    dead = endpoint;
    servesAgainNanos = neverFailsOver ? Long.MAX_VALUE : now + FAILOVER_NANOS;
    leaders.replaceAll((partition, leader) -> leader.equals(endpoint) ? "t3:1" : leader);
    if (dropsConnectionsOnKill) {
      // What was under way is done, and nobody hears of it.
      for (Pending write : pending) {
        rows.computeIfAbsent(write.trip().id(), id -> new ArrayList<>()).add(write.trip());
        write.ack().complete(WriteOutcome.UNKNOWN);
      }
      pending.clear();
    }
    if (losesWritesOnKill) {
      rows.remove(lastAcknowledged.id());
    }
    if (writesTwiceOnKill) {
      rows.get(lastAcknowledged.id()).add(lastAcknowledged);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> restart(String endpoint) {
    story.add("restart " + endpoint);
    dead = "";
    inSyncNanos = neverCatchesUp ? Long.MAX_VALUE : now + CATCH_UP_NANOS;
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void nanos(long nanos) {
    now += nanos;
    for (int i = pending.size(); i > 0; i--) {
      Pending write = pending.remove();
      if (now < write.dueNanos() || !isServing(partitionOf(write.trip().id()))) {
        pending.add(write);
        continue;
      }
      rows.computeIfAbsent(write.trip().id(), id -> new ArrayList<>()).add(write.trip());
      lastAcknowledged = write.trip();
      write.ack().complete(WriteOutcome.ACKNOWLEDGED);
    }
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public long currentTimeMillis() {
    return now / MILLI;
  }

  @Override
  public void close() {}

  private boolean isServing(int partition) {
    return !leaders.get(partition).equals("t3:1") || now >= servesAgainNanos;
  }
}
