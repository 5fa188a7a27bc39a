package io.holdfast.client.discovery;

import io.holdfast.client.discovery.DiscoveryException.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.ZooKeeper;

/**
 * One session with ZooKeeper for a short-lived program: it reads when it is asked and watches
 * nothing. Its questions block the thread that asks. Thread-safe.
 */
public final class ClusterSession implements NameServerLocator {
  private final ZooKeeperSession.Options options;
  private final String root;
  private ZooKeeper session;
  private String leader;
  private Map<String, String> addresses = Map.of();

  private ClusterSession(ZooKeeperSession.Options options, String root) {
    this.options = options;
    this.root = root;
  }

  /** Connects and finds the active nameserver. */
  public static ClusterSession open(ZooKeeperSession.Options options, String root)
      throws DiscoveryException, InterruptedException {
    ClusterSession session = new ClusterSession(options, root);
    try {
      session.look();
    } catch (DiscoveryException | InterruptedException e) {
      session.close();
      throw e;
    }
    return session;
  }

  /**
   * A nameserver that runs.
   *
   * @param endpoint as the cluster calls it
   * @param leader whether it is the active one
   * @param sinceMillis when it registered, in milliseconds since 1970
   */
  public record NameServer(
      String endpoint, String realEndpoint, boolean leader, long sinceMillis) {}

  /** The active nameserver's endpoint as the cluster calls it, when it was last looked up. */
  public synchronized String leader() {
    return leader;
  }

  /** The nameservers in the order in which they would become active, each once. */
  public synchronized List<NameServer> nameServers()
      throws DiscoveryException, InterruptedException {
    ClusterTree tree = tree();
    List<NameServer> result = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (String node : tree.leaderNodeNames()) {
      String endpoint = tree.leaderNodeEndpoint(node);
      if (!seen.contains(endpoint)) {
        String real = tree.realEndpoint(endpoint).orElse("");
        result.add(
            new NameServer(endpoint, real, seen.isEmpty(), tree.leaderNodeMillis(node).orElse(0)));
        seen.add(endpoint);
      }
    }
    return result;
  }

  @Override
  public synchronized CompletableFuture<String> active(boolean refresh) {
    try {
      if (refresh) {
        look();
      }
      return CompletableFuture.completedFuture(dialled(leader));
    } catch (DiscoveryException e) {
      return CompletableFuture.failedFuture(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CompletableFuture.failedFuture(
          new DiscoveryException(Stage.CONNECT, "interrupted", e));
    }
  }

  @Override
  public synchronized String dialled(String endpoint) {
    return addresses.getOrDefault(endpoint, endpoint);
  }

  @Override
  public synchronized void close() {
    if (session != null) {
      ZooKeeperSession.close(session);
      session = null;
    }
  }

  private void look() throws DiscoveryException, InterruptedException {
    ClusterTree tree = tree();
    leader = tree.leaderEndpoint();
    addresses = tree.realEndpoints();
  }

  private ClusterTree tree() throws DiscoveryException, InterruptedException {
    if (session == null || !session.getState().isAlive()) {
      session = ZooKeeperSession.open(options, event -> {});
    }
    return new ClusterTree(session, root);
  }
}
