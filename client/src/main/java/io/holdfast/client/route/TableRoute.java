package io.holdfast.client.route;

import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Where the partitions of a table are led, and where else they can be read. Immutable.
 *
 * @see RouteCache
 */
public final class TableRoute {
  private final TableInfo table;
  private final String[] leaders;
  private final List<List<String>> replicas;
  private final long number;

  private TableRoute(TableInfo table, String[] leaders, List<List<String>> replicas, long number) {
    this.table = table;
    this.leaders = leaders;
    this.replicas = replicas;
    this.number = number;
  }

  static TableRoute of(TableInfo table, long number) {
    String[] leaders = new String[Math.max(table.getPartitionNum(), partitions(table))];
    List<List<String>> replicas = new ArrayList<>(Collections.nCopies(leaders.length, List.of()));
    for (TablePartition partition : table.getTablePartitionList()) {
      leaders[partition.getPid()] = leader(partition);
      replicas.set(partition.getPid(), replicas(partition));
    }
    return new TableRoute(table, leaders, replicas, number);
  }

  TableRoute withLeader(int pid, String endpoint, long newNumber) {
    String[] changed = leaders.clone();
    changed[pid] = endpoint;
    return new TableRoute(table, changed, replicas, newNumber);
  }

  /** What the nameserver said of the table. */
  public TableInfo table() {
    return table;
  }

  public int tid() {
    return table.getTid();
  }

  public int partitionCount() {
    return leaders.length;
  }

  /** The endpoint that leads a partition; empty when none does at the moment. */
  public Optional<String> leader(int pid) {
    return Optional.ofNullable(leaders[pid]);
  }

  /**
   * The endpoints whose replica of a partition was alive and in sync when the route was learned, in
   * the same order every time.
   */
  public List<String> replicas(int pid) {
    return replicas.get(pid);
  }

  /** Grows with every change of a route in the cache. */
  long number() {
    return number;
  }

  // After a leader died two replicas may be marked as leader; the dead one is not alive.
  private static String leader(TablePartition partition) {
    String endpoint = null;
    for (PartitionMeta replica : partition.getPartitionMetaList()) {
      if (replica.getIsLeader() && replica.getIsAlive()) {
        endpoint = replica.getEndpoint();
      }
    }
    return endpoint;
  }

  private static List<String> replicas(TablePartition partition) {
    return partition.getPartitionMetaList().stream()
        .filter(replica -> replica.getIsAlive() && !replica.getWitness())
        .map(PartitionMeta::getEndpoint)
        .toList();
  }

  private static int partitions(TableInfo table) {
    int count = 0;
    for (TablePartition partition : table.getTablePartitionList()) {
      count = Math.max(count, partition.getPid() + 1);
    }
    return count;
  }
}
