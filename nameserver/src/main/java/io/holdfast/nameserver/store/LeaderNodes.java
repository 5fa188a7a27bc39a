package io.holdfast.nameserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * The nameservers as OpenMLDB's clients find them: the children of {@code ROOT/leader}, the first
 * of which, by name, is the active one. A nameserver's node begins with {@code active} or with
 * {@code standby}, so that the order of their coming does not matter.
 */
final class LeaderNodes {
  private static final String ACTIVE = "active";
  private static final String STANDBY = "standby";

  private record Found(String path, String endpoint, boolean active, boolean own, boolean ours) {}

  private final ZkPaths paths;
  private final String endpoint;
  private volatile List<String> endpoints = List.of();

  LeaderNodes(ZkPaths paths, String endpoint) {
    this.paths = paths;
    this.endpoint = endpoint;
  }

  /**
   * Makes the nodes as they should be: exactly one of this nameserver, of the right kind, and while
   * it is active no other active one.
   *
   * @param fence the leadership; null while this nameserver is not active
   * @return who is active, as far as the nodes tell; empty when nobody is
   */
  String tend(ZooKeeper zk, Fence fence) throws KeeperException, InterruptedException {
    List<Found> all = find(zk);
    endpoints = all.stream().map(Found::endpoint).distinct().toList();
    boolean wanted = fence != null;
    List<Op> ops = new ArrayList<>();
    if (wanted) {
      ops.add(Op.check(paths.epoch(), fence.token()));
    }
    boolean there = false;
    for (Found node : all) {
      if (node.own() && node.active() == wanted && !there) {
        there = true;
      } else if (node.ours() || (wanted && node.active())) {
        // One of an earlier life or role; or of a nameserver that has lost the epoch.
        ops.add(Op.delete(node.path(), -1));
      }
    }
    if (!there) {
      ops.add(
          Op.create(
              paths.leaders() + "/" + (wanted ? ACTIVE : STANDBY),
              endpoint.getBytes(UTF_8),
              Ids.OPEN_ACL_UNSAFE,
              CreateMode.EPHEMERAL_SEQUENTIAL));
    }
    if (ops.size() > (wanted ? 1 : 0)) {
      zk.multi(ops);
    }
    if (wanted) {
      return endpoint;
    }
    return all.stream()
        .filter(node -> node.active() && !node.ours())
        .map(Found::endpoint)
        .findFirst()
        .orElse("");
  }

  /** The nameservers that were seen last, each once; the active one is the first. Any thread. */
  List<String> endpoints() {
    return endpoints;
  }

  private List<Found> find(ZooKeeper zk) throws KeeperException, InterruptedException {
    List<Found> all = new ArrayList<>();
    for (String name : zk.getChildren(paths.leaders(), false).stream().sorted().toList()) {
      String path = paths.leaders() + "/" + name;
      try {
        Stat stat = new Stat();
        String data = new String(zk.getData(path, false, stat), UTF_8);
        boolean ours = data.equals(endpoint);
        boolean own = ours && stat.getEphemeralOwner() == zk.getSessionId();
        all.add(new Found(path, data, name.startsWith(ACTIVE), own, ours));
      } catch (KeeperException.NoNodeException e) {
        // Its nameserver has just ended.
        continue;
      }
    }
    return all;
  }
}
