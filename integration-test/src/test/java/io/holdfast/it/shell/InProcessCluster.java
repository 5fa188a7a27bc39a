package io.holdfast.it.shell;

import io.holdfast.common.config.Settings;
import io.holdfast.common.config.SettingsReader;
import io.holdfast.nameserver.NameServer;
import io.holdfast.nameserver.NameServerConfig;
import io.holdfast.tablet.Tablet;
import io.holdfast.tablet.TabletConfig;
import io.holdfast.tablet.session.LiveRecord;
import io.holdfast.tablet.session.ZkSession;
import io.holdfast.tablet.session.ZkSettings;
import io.holdfast.tools.zk.ZooKeeperConfig;
import io.holdfast.tools.zk.ZooKeeperServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A ZooKeeper, two nameservers and some tablets in this process: the real ones. */
public final class InProcessCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<NameServer> nameServers = new ArrayList<>();
  private final Map<String, List<AutoCloseable>> tablets = new TreeMap<>();
  private final Map<String, Path> directories = new TreeMap<>();
  private final int systemTableReplicas;
  private final String zooKeeper;

  /** With two tablets, and without system tables. */
  InProcessCluster(Path directory) throws Exception {
    this(directory, 2, 0);
  }

  /**
   * Starts it.
   *
   * @param systemTableReplicas 0 for no system tables
   */
  public InProcessCluster(Path directory, int tabletCount, int systemTableReplicas)
      throws Exception {
    this.systemTableReplicas = systemTableReplicas;
    try {
      ZooKeeperServer server =
          ZooKeeperServer.start(
              config(ZooKeeperConfig::new, "--port=0", "--data_dir=" + directory.resolve("zk")));
      parts.add(server);
      zooKeeper = server.connectString();
      List<String> endpoints = endpoints(2 + tabletCount);
      startNameServer(endpoints.get(0));
      await("an active nameserver", () -> nameServers.get(0).status().ready());
      startNameServer(endpoints.get(1));
      for (int i = 1; i <= tabletCount; i++) {
        directories.put(endpoints.get(1 + i), directory.resolve("tablet" + i));
        startTablet(endpoints.get(1 + i));
      }
      await(
          "the standby to know the active one",
          () -> nameServers.get(1).status().leader().equals(active()));
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /** Ports of five digits, in order, so that listings are as wide and as sorted in each run. */
  private static List<String> endpoints(int count) throws IOException {
    List<Integer> ports = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    while (ports.size() < count) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      if (socket.getLocalPort() >= 10_000) {
        ports.add(socket.getLocalPort());
      }
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    Collections.sort(ports);
    return ports.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  private static <T> T config(Function<SettingsReader, T> declaration, String... flags) {
    return Settings.load(null, List.of(flags), declaration).config();
  }

  private void startNameServer(String endpoint) throws IOException {
    NameServer server =
        NameServer.start(
            config(
                NameServerConfig::new,
                "--endpoint=" + endpoint,
                "--zk_cluster=" + zooKeeper,
                // A slow machine must not look like a dead tablet.
                "--tablet_suspect_millis=5000",
                // What is listed is compared word by word, and begins with the first user's table.
                "--system_table_replica_num=" + systemTableReplicas));
    parts.add(server);
    nameServers.add(server);
  }

  /** Starts a tablet, which may have been here before; returns when it can be found. */
  public void startTablet(String endpoint) throws Exception {
    TabletConfig config =
        config(
            TabletConfig::new,
            "--endpoint=" + endpoint,
            "--zk_cluster=" + zooKeeper,
            "--db_root_path=" + directories.get(endpoint),
            "--loops=1",
            "--disk_reserve_bytes=0");
    ZkSession session = new ZkSession(new ZkSettings(zooKeeper, "/openmldb", 10_000));
    parts.add(session);
    session.start();
    String clusterId = session.clusterId().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    Tablet tablet =
        Tablet.start(
            config, clusterId, session::nameservers, session::isRegistered, session.tables());
    parts.add(tablet);
    session.register(new LiveRecord(endpoint, tablet.incarnation(), "test"));
    tablets.put(endpoint, List.of(tablet, session));
  }

  /** Ends a tablet, and its session in ZooKeeper with it. */
  public void stopTablet(String endpoint) throws Exception {
    for (AutoCloseable part : tablets.remove(endpoint)) {
      parts.remove(part);
      part.close();
    }
  }

  /** Where a tablet has its files. */
  public Path directory(String endpoint) {
    return directories.get(endpoint);
  }

  public String zooKeeper() {
    return zooKeeper;
  }

  public String active() {
    return nameServers.get(0).endpoint();
  }

  public String standby() {
    return nameServers.get(1).endpoint();
  }

  /** Sorted. */
  public List<String> tablets() {
    return List.copyOf(tablets.keySet());
  }

  /** Waits until a condition holds; fails after half a minute. */
  public static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new IOException("gave up waiting for " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  @Override
  public void close() throws Exception {
    // The last first: a tablet whose ZooKeeper is gone would try to find it again.
    for (int i = parts.size() - 1; i >= 0; i--) {
      parts.get(i).close();
    }
  }
}
