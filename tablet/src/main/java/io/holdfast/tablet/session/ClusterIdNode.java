package io.holdfast.tablet.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node that says which cluster this is, see docs/formats/metadata.md: drawn once, by whichever
 * server is first, and for ever.
 */
final class ClusterIdNode {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterIdNode.class);
  private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
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
      create();
      return read();
    }
  }

  private void create() throws Exception {
    byte[] bytes = new byte[ID_BYTES];
    new SecureRandom().nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    try {
      byte[] text = id.getBytes(StandardCharsets.UTF_8);
      zookeeper.create().creatingParentsIfNeeded().forPath(path, text);
      LOG.info("this is a new cluster; its id is {}", id);
    } catch (KeeperException.NodeExistsException e) {
      LOG.debug("another server was first to name the cluster");
    }
  }

  private String read() throws Exception {
    String id = new String(zookeeper.getData().forPath(path), StandardCharsets.UTF_8).strip();
    if (!USABLE.matcher(id).matches()) {
      throw new IOException(path + " holds no usable cluster id: " + id);
    }
    return id;
  }
}
