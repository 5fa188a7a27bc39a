package io.holdfast.nameserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's id: drawn once, by whichever server comes first, and for ever. Servers of two
 * clusters that were given each other's addresses by mistake know each other by it.
 */
final class ClusterIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterIdentity.class);
  private static final int ID_BYTES = 16;
  private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private final ZkPaths paths;
  private String known;

  ClusterIdentity(ZkPaths paths) {
    this.paths = paths;
  }

  /**
   * The id, which is drawn if there is none and none was seen before.
   *
   * @throws MetaDamageException when it cannot be read or is another than before: ZooKeeper was
   *     emptied or exchanged under a running nameserver, and its content is not this cluster's
   */
  String read(ZooKeeper zk) throws KeeperException, InterruptedException, MetaDamageException {
    String found = find(zk);
    if (found == null && known == null) {
      create(zk);
      found = find(zk);
    }
    if (found == null || (known != null && !known.equals(found))) {
      throw new MetaDamageException(
          paths.clusterId(),
          "this nameserver knows the cluster "
              + known
              + ", and ZooKeeper now holds "
              + (found == null ? "none" : "the cluster " + found)
              + ". Restore ZooKeeper's data; if this is meant to be a new cluster, restart the"
              + " nameserver");
    }
    known = found;
    return found;
  }

  private String find(ZooKeeper zk)
      throws KeeperException, InterruptedException, MetaDamageException {
    try {
      byte[] data = zk.getData(paths.clusterId(), false, null);
      String id = data == null ? "" : new String(data, UTF_8).strip();
      if (!USABLE.matcher(id).matches()) {
        throw new MetaDamageException(paths.clusterId(), "it holds no usable id: " + id);
      }
      return id;
    } catch (KeeperException.NoNodeException e) {
      return null;
    }
  }

  private void create(ZooKeeper zk) throws KeeperException, InterruptedException {
    byte[] bytes = new byte[ID_BYTES];
    new SecureRandom().nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    try {
      zk.create(paths.clusterId(), id.getBytes(UTF_8), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      LOG.info("this is a new cluster; its id is {}", id);
    } catch (KeeperException.NodeExistsException e) {
      LOG.debug("another server was first to name the cluster");
    }
  }
}
