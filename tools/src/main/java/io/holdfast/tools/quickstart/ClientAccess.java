package io.holdfast.tools.quickstart;

import io.holdfast.client.AdminClient;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.ReadKey;
import io.holdfast.client.ReplicaChecksum;
import io.holdfast.client.ScanResult;
import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import io.holdfast.client.retry.RetrySettings;
import io.holdfast.client.row.RowCodec;
import io.holdfast.client.row.WireRowCodec;
import io.holdfast.common.error.Causes;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The cluster through the client library, as an application sees it.
 *
 * <p>Writes are never called repeatable: one whose outcome is unknown is sent again under its name
 * only, so a row that is there twice is the cluster's doing.
 */
public final class ClientAccess implements ClusterAccess {
  /** Longer than any failover; a write that takes longer than this has failed. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

  /** Waits that are short beside what is measured: the gap is the cluster's, not the client's. */
  private static final RetrySettings RETRY = new RetrySettings(2, 16, 2_000, 10_000, 100);

  /** What the nameserver calls a tablet that it hears. */
  private static final String HEALTHY = "kHealthy";

  private final HoldfastClient client;
  private final TableClient trips;
  private final RowCodec codec = new WireRowCodec();
  private volatile TableInfo definition = TripTable.definition(1, 1);

  private ClientAccess(HoldfastClient client) {
    this.client = client;
    trips = client.table(TripTable.DATABASE, TripTable.NAME);
  }

  /**
   * Prepares to use a cluster; nothing is asked yet.
   *
   * @param zkCluster ZooKeeper servers, as {@code host:port,...}
   * @param zkRootPath where the cluster lives in ZooKeeper
   */
  public static ClientAccess connect(String zkCluster, String zkRootPath) {
    return new ClientAccess(
        HoldfastClient.builder()
            .zookeeper(zkCluster)
            .rootPath(zkRootPath)
            .requestTimeout(REQUEST_TIMEOUT)
            .retry(RETRY)
            .build());
  }

  @Override
  public int healthyTablets() throws IOException {
    try {
      return (int)
          client.admin().showTablet().stream()
              .filter(tablet -> tablet.getState().equals(HEALTHY))
              .count();
    } catch (HoldfastException e) {
      throw new IOException("the tablets are not known: " + e.getMessage(), e);
    }
  }

  @Override
  public void createTable(int partitions, int replicas) throws IOException {
    createTable(partitions, replicas, StorageMode.kMemory);
  }

  /** As above, with its rows somewhere else. */
  public void createTable(int partitions, int replicas, StorageMode mode) throws IOException {
    TableInfo table =
        TripTable.definition(partitions, replicas).toBuilder().setStorageMode(mode).build();
    try {
      client.admin().createDatabase(TripTable.DATABASE, true);
      client.admin().createTable(table, false);
    } catch (HoldfastException e) {
      throw new IOException("the table was not made: " + e.getMessage(), e);
    }
    definition = table;
  }

  @Override
  public int partitionOf(String id) {
    return codec.partition(id, definition.getPartitionNum());
  }

  @Override
  public CompletableFuture<WriteOutcome> put(TaxiTrip trip) {
    return trips
        .putAsync(TripTable.row(trip), WriteOptions.DEFAULT)
        .handle((done, failure) -> outcome(failure));
  }

  private static WriteOutcome outcome(Throwable failure) {
    if (failure == null) {
      return WriteOutcome.ACKNOWLEDGED;
    }
    Throwable cause = Causes.unwrapped(failure);
    // Whatever is not known to have been refused may have happened.
    return cause instanceof HoldfastException known && !known.outcomeUnknown()
        ? WriteOutcome.REFUSED
        : WriteOutcome.UNKNOWN;
  }

  @Override
  public CompletableFuture<List<TaxiTrip>> readBack(String id) {
    return trips.scanAsync(ReadKey.of(id), 0, 0, 0).thenApply(this::decoded);
  }

  private List<TaxiTrip> decoded(ScanResult rows) {
    return rows.entries().stream()
        .map(entry -> TripTable.trip(codec.decode(definition, entry.row())))
        .toList();
  }

  @Override
  public Map<Integer, PartitionView> partitions() throws IOException {
    try {
      Map<Integer, PartitionView> views = new TreeMap<>();
      for (TableInfo table : client.admin().showTable(TripTable.DATABASE, TripTable.NAME)) {
        for (TablePartition partition : table.getTablePartitionList()) {
          views.put(partition.getPid(), view(partition));
        }
      }
      return views;
    } catch (HoldfastException e) {
      throw new IOException("the table's state is not known: " + e.getMessage(), e);
    }
  }

  /** What one tablet's replica of a partition holds. */
  public ReplicaChecksum checksum(int partition, String endpoint) {
    return trips.checksum(partition, endpoint);
  }

  @Override
  public CompletableFuture<Void> changeLeader(int partition, String target) {
    return CompletableFuture.runAsync(
        () -> client.admin().changeLeader(TripTable.DATABASE, TripTable.NAME, partition, target));
  }

  /** A nameserver calls a replica alive when its tablet is and it is in sync. */
  private static PartitionView view(TablePartition partition) {
    String leader = "";
    int inSync = 0;
    for (PartitionMeta replica : partition.getPartitionMetaList()) {
      if (replica.getIsAlive() && !replica.getWitness()) {
        inSync++;
        if (replica.getIsLeader()) {
          leader = replica.getEndpoint();
        }
      }
    }
    return new PartitionView(leader, inSync);
  }

  /** Operators' commands. */
  public AdminClient admin() {
    return client.admin();
  }

  @Override
  public void close() {
    client.close();
  }
}
