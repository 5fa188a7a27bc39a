package io.holdfast.tablet.session;

import io.holdfast.protocol.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nameservers that stand for election. The last known ones are kept when none can be read:
 * reporting to a server that is gone does no harm, and one whose session only expired hears us.
 */
final class NameserverDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(NameserverDirectory.class);

  private final CuratorFramework zookeeper;
  private final String path;
  private final CuratorWatcher watcher;
  private volatile List<NodeId> known = List.of();

  NameserverDirectory(CuratorFramework zookeeper, String path, CuratorWatcher watcher) {
    this.zookeeper = zookeeper;
    this.path = path;
    this.watcher = watcher;
  }

  List<NodeId> known() {
    return known;
  }

  /** Reads them anew, and has the watcher told of the next change. */
  void refresh() throws Exception {
    List<String> names = new ArrayList<>(children());
    Collections.sort(names);
    List<NodeId> found = new ArrayList<>();
    for (String name : names) {
      NodeId endpoint = endpoint(name);
      if (endpoint != null && !found.contains(endpoint)) {
        found.add(endpoint);
      }
    }
    if (!found.isEmpty() && !found.equals(known)) {
      known = List.copyOf(found);
      LOG.info("nameservers: {}", known);
    }
  }

  private List<String> children() throws Exception {
    try {
      return zookeeper.getChildren().usingWatcher(watcher).forPath(path);
    } catch (KeeperException.NoNodeException e) {
      // No nameserver has ever been started; the regular look will find the first.
      return List.of();
    }
  }

  private NodeId endpoint(String name) throws Exception {
    try {
      byte[] data = zookeeper.getData().forPath(path + "/" + name);
      String text = new String(data, StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? null : new NodeId(text);
    } catch (KeeperException.NoNodeException e) {
      // It went between the two reads.
      return null;
    }
  }
}
