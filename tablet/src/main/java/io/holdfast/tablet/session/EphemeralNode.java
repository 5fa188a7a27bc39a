package io.holdfast.tablet.session;

import java.util.Arrays;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node that shall be there, with these bytes, for as long as our session lives. */
final class EphemeralNode {
  private static final Logger LOG = LoggerFactory.getLogger(EphemeralNode.class);

  private final CuratorFramework zookeeper;
  private final String path;
  private final byte[] data;
  private final CuratorWatcher watcher;

  /**
   * @param watcher told when the node changes or vanishes
   */
  EphemeralNode(CuratorFramework zookeeper, String path, byte[] data, CuratorWatcher watcher) {
    this.zookeeper = zookeeper;
    this.path = path;
    this.data = data;
    this.watcher = watcher;
  }

  /**
   * Makes it so. A node of another session was left by an earlier life of this tablet: whoever
   * calls this holds the data directory's lock and the endpoint's port, so nobody else can be that
   * tablet now. It is replaced at once; waiting for the old session to expire would only make the
   * outage longer.
   */
  void ensure() throws Exception {
    long session = zookeeper.getZookeeperClient().getZooKeeper().getSessionId();
    Stat stat = new Stat();
    try {
      byte[] found = zookeeper.getData().storingStatIn(stat).usingWatcher(watcher).forPath(path);
      if (stat.getEphemeralOwner() == session && Arrays.equals(found, data)) {
        return;
      }
      LOG.info(
          "replacing {}, which session 0x{} left behind",
          path,
          Long.toHexString(stat.getEphemeralOwner()));
      zookeeper.delete().withVersion(stat.getVersion()).forPath(path);
    } catch (KeeperException.NoNodeException e) {
      // Then it is only to be made.
    }
    zookeeper.create().creatingParentsIfNeeded().withMode(CreateMode.EPHEMERAL).forPath(path, data);
    zookeeper.checkExists().usingWatcher(watcher).forPath(path);
    LOG.info("registered {} in session 0x{}", path, Long.toHexString(session));
  }
}
