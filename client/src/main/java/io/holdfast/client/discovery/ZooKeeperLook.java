package io.holdfast.client.discovery;

import io.holdfast.client.discovery.DiscoveryException.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.ZooKeeper;

/** Looks once whether a server is a ZooKeeper server, and what it knows of a cluster. */
@FunctionalInterface
interface ZooKeeperLook {
  /**
   * What was found.
   *
   * @param nameServers their addresses
   * @param addresses those behind the names of servers, if the cluster uses names
   */
  record Found(List<String> nameServers, Map<String, String> addresses) {}

  /** Does not block; fails when it is no ZooKeeper server, or knows of no cluster. */
  CompletableFuture<Found> at(String endpoint);

  /** Does not look. */
  ZooKeeperLook NONE =
      endpoint -> CompletableFuture.failedFuture(new IllegalStateException("not looked for"));

  /**
   * Looks with a session that lasts as long as the look, on a thread of its own.
   *
   * @param root path of the cluster in ZooKeeper
   */
  static ZooKeeperLook below(String root, Duration timeout) {
    return endpoint -> {
      CompletableFuture<Found> result = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  result.complete(look(endpoint, root, timeout));
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  result.completeExceptionally(
                      new DiscoveryException(Stage.CONNECT, "interrupted", e));
                } catch (DiscoveryException | RuntimeException e) {
                  result.completeExceptionally(e);
                }
              },
              "holdfast-client-seed");
      thread.setDaemon(true);
      thread.start();
      return result;
    };
  }

  private static Found look(String endpoint, String root, Duration timeout)
      throws DiscoveryException, InterruptedException {
    ZooKeeperSession.Options options =
        new ZooKeeperSession.Options(endpoint, timeout, Duration.ofSeconds(10), null, null);
    ZooKeeper session = ZooKeeperSession.open(options, event -> {});
    try {
      ClusterTree tree = new ClusterTree(session, root);
      Map<String, String> addresses = tree.realEndpoints();
      List<String> nameServers = new ArrayList<>();
      for (String name : tree.leaderNodeNames()) {
        String known = tree.leaderNodeEndpoint(name);
        nameServers.add(addresses.getOrDefault(known, known));
      }
      if (nameServers.isEmpty()) {
        throw new DiscoveryException(
            Stage.LIST, "no nameserver is registered under " + root + "/leader", null);
      }
      return new Found(nameServers, addresses);
    } finally {
      ZooKeeperSession.close(session);
    }
  }
}
