package io.holdfast.tools.quickstart;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** All that the failover drill needs of a cluster. Thread-safe. */
public interface ClusterAccess extends AutoCloseable {
  /**
   * How many tablets could take a replica now.
   *
   * @throws IOException if nobody can tell now
   */
  int healthyTablets() throws IOException;

  /**
   * Makes the table of the trips, with the trip's id as key.
   *
   * @throws IOException if the cluster does not make it
   */
  void createTable(int partitions, int replicas) throws IOException;

  /** The partition that holds a trip, from 0. */
  int partitionOf(String id);

  /**
   * Writes a trip and tells what became of it; never fails. Retrying what is safe is the client's
   * business, not the drill's.
   */
  CompletableFuture<WriteOutcome> put(TaxiTrip trip);

  /**
   * Every row stored under an id: empty if none, more than one if it was written twice. Fails if it
   * cannot be read.
   */
  CompletableFuture<List<TaxiTrip>> readBack(String id);

  /**
   * The state of the table's partitions by number, from 0 without gaps.
   *
   * @throws IOException if nobody can tell now
   */
  Map<Integer, PartitionView> partitions() throws IOException;

  /**
   * Has another in-sync replica lead a partition; completes when it does.
   *
   * @param target its endpoint; {@code auto} for whichever suits
   */
  CompletableFuture<Void> changeLeader(int partition, String target);

  @Override
  void close();

  /**
   * A partition as the nameserver sees it.
   *
   * @param leader endpoint of the tablet that leads it; empty while nobody does
   * @param inSyncReplicas how many replicas hold every acknowledged write
   */
  record PartitionView(String leader, int inSyncReplicas) {
    /** Whether some tablet leads it. */
    public boolean hasLeader() {
      return !leader.isEmpty();
    }
  }
}
