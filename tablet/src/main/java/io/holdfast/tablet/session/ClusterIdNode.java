package io.holdfast.tablet.session;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/** The node that says which cluster this is: a random text, written once by whoever is first. */
final class ClusterIdNode {
  private final CuratorFramework zookeeper;
  private final String path;

  ClusterIdNode(CuratorFramework zookeeper, String path) {
    this.zookeeper = zookeeper;
    this.path = path;
  }

  /** Reads the id; draws one when there is none. */
  String get() throws Exception {
    try {
      return read();
    } catch (KeeperException.NoNodeException e) {
      try {
        zookeeper.create().creatingParentsIfNeeded().forPath(path, bytes(UUID.randomUUID()));
      } catch (KeeperException.NodeExistsException anotherWasFirst) {
        // Its id is as good as ours.
      }
      return read();
    }
  }

  private String read() throws Exception {
    String id = new String(zookeeper.getData().forPath(path), StandardCharsets.UTF_8).strip();
    if (id.isEmpty()) {
      throw new IllegalStateException(path + " is empty; it must hold the cluster's id");
    }
    return id;
  }

  private static byte[] bytes(UUID id) {
    return id.toString().getBytes(StandardCharsets.UTF_8);
  }
}
