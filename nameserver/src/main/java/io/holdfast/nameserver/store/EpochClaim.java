package io.holdfast.nameserver.store;

import io.holdfast.nameserver.store.NodeJson.EpochNode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Taking the next epoch: one compare-and-set of the epoch node. From then on every transaction of
 * an earlier leadership fails, because the node has another version.
 */
final class EpochClaim {
  private final ZkPaths paths;
  private final String endpoint;

  EpochClaim(ZkPaths paths, String endpoint) {
    this.paths = paths;
    this.endpoint = endpoint;
  }

  /**
   * Takes the epoch after the one that stands there.
   *
   * @throws KeeperException also when another nameserver took it in the same moment
   */
  Fence take(ZooKeeper zk) throws KeeperException, InterruptedException, MetaDamageException {
    Stat stat = new Stat();
    byte[] json;
    try {
      json = zk.getData(paths.epoch(), false, stat);
    } catch (KeeperException.NoNodeException e) {
      zk.create(paths.epoch(), node(1), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, stat);
      return new Fence(1, stat.getVersion());
    }
    long next = read(json).epoch() + 1;
    Stat written = zk.setData(paths.epoch(), node(next), stat.getVersion());
    return new Fence(next, written.getVersion());
  }

  private byte[] node(long epoch) {
    return NodeJson.encode(new EpochNode(epoch, endpoint));
  }

  private EpochNode read(byte[] json) throws MetaDamageException {
    try {
      return NodeJson.decode(json, EpochNode.class);
    } catch (IllegalArgumentException e) {
      throw new MetaDamageException(paths.epoch(), e.getMessage());
    }
  }
}
