package io.holdfast.nameserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nameserver's connection to ZooKeeper. Curator keeps the session and renews it when it has
 * expired; reads and writes go through the bare handle, because Curator's own repeat what was lost,
 * and a fenced write whose first try was carried out must not be tried again. Thread-safe.
 */
public final class ZkSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZkSession.class);
  private static final int CONNECT_MILLIS = 2_000;
  private static final int RETRY_MILLIS = 200;

  private final String servers;
  private final CuratorFramework curator;
  private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean connected;

  /**
   * @param servers {@code host:port}, several with commas between
   * @param timeoutMillis how long the session outlives its last word
   */
  public ZkSession(String servers, int timeoutMillis) {
    this.servers = servers;
    ZKClientConfig config = new ZKClientConfig();
    // Without it the client looks for a login configuration and warns at every start.
    config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    this.curator =
        CuratorFrameworkFactory.builder()
            .connectString(servers)
            .sessionTimeoutMs(timeoutMillis)
            .connectionTimeoutMs(Math.min(timeoutMillis, CONNECT_MILLIS))
            .retryPolicy(new RetryForever(RETRY_MILLIS))
            .zkClientConfig(config)
            .ensembleTracker(false)
            .build();
    curator.getConnectionStateListenable().addListener((client, state) -> changed(state));
  }

  /** Begins to connect. Returns at once, also when there is nobody to connect to. */
  public void start() {
    curator.start();
  }

  private void changed(ConnectionState state) {
    boolean now = state.isConnected();
    if (now != connected) {
      connected = now;
      if (now) {
        LOG.info("connected to ZooKeeper at {}", servers);
      } else {
        LOG.warn("no connection to ZooKeeper at {}; trying to get it back", servers);
      }
    }
    listeners.forEach(listener -> listener.accept(now));
  }

  /** Tells a listener of every change of the connection; on a thread that must not be blocked. */
  void onChange(Consumer<Boolean> listener) {
    listeners.add(listener);
  }

  public boolean isConnected() {
    return connected;
  }

  CuratorFramework curator() {
    return curator;
  }

  /**
   * The bare client. To be asked for at each use: a new session has a new one. May take a moment
   * when the old session is given up, so not on the controller's loop.
   */
  ZooKeeper handle() throws KeeperException {
    try {
      return curator.getZookeeperClient().getZooKeeper();
    } catch (KeeperException e) {
      throw e;
    } catch (Exception e) {
      LOG.debug("no ZooKeeper handle", e);
      throw new KeeperException.ConnectionLossException();
    }
  }

  /** Makes a node and those above it, unless they are there. */
  static void makeDirectory(ZooKeeper zk, String path)
      throws KeeperException, InterruptedException {
    for (int slash = path.indexOf('/', 1); ; slash = path.indexOf('/', slash + 1)) {
      String prefix = slash < 0 ? path : path.substring(0, slash);
      if (zk.exists(prefix, false) == null) {
        try {
          zk.create(prefix, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException e) {
          LOG.debug("{} was made by somebody else", prefix);
        }
      }
      if (slash < 0) {
        return;
      }
    }
  }

  /** Makes a node that holds a number, which is 1 unless the node is there already. */
  static void makeCounter(ZooKeeper zk, String path) throws KeeperException, InterruptedException {
    makeDirectory(zk, path.substring(0, path.lastIndexOf('/')));
    try {
      zk.create(path, "1".getBytes(UTF_8), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    } catch (KeeperException.NodeExistsException e) {
      LOG.debug("{} was there", path);
    }
  }

  /** Ends the session, so that what depends on it vanishes at once. */
  @Override
  public void close() {
    curator.close();
  }
}
