package io.holdfast.tablet.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
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
  private static final int FORMAT = 1;
  private static final int ID_BYTES = 16;
  private static final ObjectMapper MAPPER = new ObjectMapper();

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
      zookeeper.create().creatingParentsIfNeeded().forPath(path, encode(id));
      LOG.info("this is a new cluster; its id is {}", id);
    } catch (KeeperException.NodeExistsException e) {
      LOG.debug("another server was first to name the cluster");
    }
  }

  private String read() throws Exception {
    byte[] json = zookeeper.getData().forPath(path);
    try {
      return decode(json);
    } catch (IOException e) {
      throw new IOException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  static byte[] encode(String id) throws JsonProcessingException {
    return MAPPER.writeValueAsBytes(
        JsonNodeFactory.instance.objectNode().put("format", FORMAT).put("id", id));
  }

  static String decode(byte[] json) throws IOException {
    JsonNode node = MAPPER.readTree(json);
    String id = node.path("id").asText();
    if (node.path("format").asInt() != FORMAT || id.isEmpty()) {
      throw new IOException("not a cluster id of format " + FORMAT);
    }
    return id;
  }
}
