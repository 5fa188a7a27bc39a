package io.holdfast.client.discovery;

import io.holdfast.client.discovery.DiscoveryException.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Reads a cluster's nodes in ZooKeeper, in OpenMLDB's layout. Blocks for as long as ZooKeeper's
 * request time-out at most. Thread-safe.
 */
public final class ClusterTree {
  private final ZooKeeper zooKeeper;
  private final String root;

  /**
   * @param root path of the cluster, such as {@code /openmldb}
   */
  public ClusterTree(ZooKeeper zooKeeper, String root) {
    this.zooKeeper = zooKeeper;
    this.root = root;
  }

  /** A node of ROOT/leader: who holds the nameserver lock or waits for it. */
  public record LeaderNode(String name, String endpoint) {}

  /** Names of the nodes of ROOT/leader in order of the lock: the first one is the leader's. */
  public List<String> leaderNodeNames() throws DiscoveryException, InterruptedException {
    String path = root + "/leader";
    try {
      List<String> names = new ArrayList<>(zooKeeper.getChildren(path, false));
      Collections.sort(names);
      return names;
    } catch (NoNodeException none) {
      return List.of();
    } catch (KeeperException e) {
      throw failure(Stage.LIST, path, e);
    }
  }

  /** The endpoint that a node of ROOT/leader holds. */
  public String leaderNodeEndpoint(String name) throws DiscoveryException, InterruptedException {
    String path = leaderNodePath(name);
    try {
      return text(zooKeeper.getData(path, false, null));
    } catch (KeeperException e) {
      throw failure(Stage.READ, path, e);
    }
  }

  /** When a node of ROOT/leader was made, in milliseconds since 1970; empty if it has gone. */
  public OptionalLong leaderNodeMillis(String name)
      throws DiscoveryException, InterruptedException {
    String path = leaderNodePath(name);
    try {
      Stat stat = zooKeeper.exists(path, false);
      return stat == null ? OptionalLong.empty() : OptionalLong.of(stat.getCtime());
    } catch (KeeperException e) {
      throw failure(Stage.READ, path, e);
    }
  }

  /** The full path of a node of ROOT/leader. */
  public String leaderNodePath(String name) {
    return root + "/leader/" + name;
  }

  /**
   * The endpoint of the active nameserver as the cluster calls it.
   *
   * @throws DiscoveryException also when there is none
   */
  public String leaderEndpoint() throws DiscoveryException, InterruptedException {
    List<String> names = leaderNodeNames();
    if (names.isEmpty()) {
      throw new DiscoveryException(
          Stage.LIST, "no nameserver is registered under " + root + "/leader", null);
    }
    return leaderNodeEndpoint(names.get(0));
  }

  /** The address behind a server's name, if the cluster gives its servers names. */
  public Optional<String> realEndpoint(String name)
      throws DiscoveryException, InterruptedException {
    String path = root + "/map/names/" + name;
    try {
      return Optional.of(text(zooKeeper.getData(path, false, null)));
    } catch (NoNodeException none) {
      return Optional.empty();
    } catch (KeeperException e) {
      throw failure(Stage.NAMES, path, e);
    }
  }

  /** Every server name and the address behind it; empty when the cluster uses no names. */
  public Map<String, String> realEndpoints() throws DiscoveryException, InterruptedException {
    String path = root + "/map/names";
    Map<String, String> result = new TreeMap<>();
    try {
      for (String name : zooKeeper.getChildren(path, false)) {
        realEndpoint(name).ifPresent(endpoint -> result.put(name, endpoint));
      }
    } catch (NoNodeException none) {
      return Map.of();
    } catch (KeeperException e) {
      throw failure(Stage.NAMES, path, e);
    }
    return result;
  }

  /** Watches ROOT/table/notify once, whether it exists or not. */
  void watchNotify(Watcher watcher) throws DiscoveryException, InterruptedException {
    String path = root + "/table/notify";
    try {
      zooKeeper.exists(path, watcher);
    } catch (KeeperException e) {
      throw failure(Stage.READ, path, e);
    }
  }

  private static DiscoveryException failure(Stage stage, String path, KeeperException e) {
    return new DiscoveryException(stage, "cannot read " + path + ": " + e.getMessage(), e);
  }

  private static String text(byte[] data) {
    return data == null ? "" : new String(data, java.nio.charset.StandardCharsets.UTF_8);
  }
}
