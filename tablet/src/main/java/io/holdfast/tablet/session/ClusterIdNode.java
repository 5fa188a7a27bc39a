package io.holdfast.tablet.session;

import io.holdfast.protocol.meta.MetaCodec;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/** The node that says which cluster this is: a random text, written once by whoever is first. */
final class ClusterIdNode {
  private static final int ID_BYTES = 16;

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
        zookeeper.create().creatingParentsIfNeeded().forPath(path, draw());
      } catch (KeeperException.NodeExistsException anotherWasFirst) {
        // Its id is as good as ours.
      }
      return read();
    }
  }

  private String read() throws Exception {
    try {
      return MetaCodec.decodeClusterId(zookeeper.getData().forPath(path));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(path + " does not hold a cluster's id: " + e.getMessage(), e);
    }
  }

  private static byte[] draw() {
    byte[] id = new byte[ID_BYTES];
    new SecureRandom().nextBytes(id);
    return MetaCodec.encodeClusterId(HexFormat.of().formatHex(id));
  }
}
