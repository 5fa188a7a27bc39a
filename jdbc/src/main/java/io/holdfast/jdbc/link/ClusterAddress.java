package io.holdfast.jdbc.link;

import java.time.Duration;
import java.util.List;

/**
 * Which cluster, and how it is spoken to. Connections with the same one share their sockets,
 * threads and routes.
 *
 * @param hosts {@code host:port} of tablets and nameservers; may be empty when there is a ZooKeeper
 * @param zooKeeper {@code host:port}, separated by commas; empty to find nameservers by the hosts
 * @param zooKeeperPath the cluster's path in ZooKeeper
 * @param requestTimeout how long a call may take that says nothing else
 * @param maxAnswerBytes largest answer to a query
 */
public record ClusterAddress(
    List<String> hosts,
    String zooKeeper,
    String zooKeeperPath,
    Duration requestTimeout,
    int maxAnswerBytes) {
  public ClusterAddress {
    hosts = List.copyOf(hosts);
  }

  @Override
  public String toString() {
    String text = String.join(",", hosts);
    return zooKeeper.isEmpty() ? text : text + " (ZooKeeper " + zooKeeper + zooKeeperPath + ")";
  }
}
