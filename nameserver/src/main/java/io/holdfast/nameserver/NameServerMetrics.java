package io.holdfast.nameserver;

import io.holdfast.common.metrics.Metrics;
import io.holdfast.nameserver.driver.ClusterFigures;
import io.holdfast.nameserver.driver.ServerStatus;
import java.util.function.Supplier;

/** Names the figures of a nameserver; see docs/operations/metrics.md. */
final class NameServerMetrics {
  private NameServerMetrics() {}

  /**
   * Adds a nameserver's figures. Those of the cluster are 0 on a standby.
   *
   * @param zooKeeperTrouble what is wrong with ZooKeeper; empty for nothing
   */
  static void addTo(
      Metrics metrics,
      Supplier<ServerStatus> status,
      Supplier<ClusterFigures> cluster,
      Supplier<String> zooKeeperTrouble) {
    metrics.gauge(
        "holdfast_nameserver_active",
        "1 on the active nameserver, 0 on a standby.",
        () -> status.get().active() ? 1 : 0);
    metrics.gauge(
        "holdfast_nameserver_epoch",
        "The leadership this nameserver has, or last had.",
        () -> status.get().epoch());
    metrics.gauge(
        "holdfast_nameserver_zookeeper_usable",
        "1 while ZooKeeper answers. Without it nothing fails over and nothing can be changed.",
        () -> zooKeeperTrouble.get().isEmpty() ? 1 : 0);
    metrics.gauge(
        "holdfast_cluster_tables", "Tables of the cluster.", () -> cluster.get().tables());
    metrics.gauge(
        "holdfast_cluster_partitions",
        "Partitions of all tables.",
        () -> cluster.get().partitions());
    metrics.gauge(
        "holdfast_cluster_leaderless_partitions",
        "Partitions that have no leader at the moment.",
        () -> cluster.get().leaderless());
    metrics.gauge(
        "holdfast_cluster_under_replicated_partitions",
        "Partitions with fewer in-sync replicas than their table asks for.",
        () -> cluster.get().underReplicated());
    metrics.gauge(
        "holdfast_cluster_alive_tablets",
        "Tablets that report.",
        () -> cluster.get().tabletsAlive());
    metrics.gauge(
        "holdfast_cluster_gone_tablets",
        "Tablets that are expected and do not report.",
        () -> cluster.get().tabletsGone());
  }
}
