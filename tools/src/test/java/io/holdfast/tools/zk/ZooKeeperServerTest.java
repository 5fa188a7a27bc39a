package io.holdfast.tools.zk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The embedded ZooKeeper is a real one: it keeps data over a restart and explains a taken port. */
@Timeout(60)
class ZooKeeperServerTest {
  @TempDir Path directory;

  @Test
  void dataOutlivesTheServer() throws Exception {
    try (ZooKeeperServer server = ZooKeeperServer.start(config("--port=0"));
        ZooKeeper client = connect(server.connectString())) {
      client.create(
          "/kept",
          "value".getBytes(StandardCharsets.UTF_8),
          ZooDefs.Ids.OPEN_ACL_UNSAFE,
          CreateMode.PERSISTENT);
    }
    try (ZooKeeperServer server = ZooKeeperServer.start(config("--port=0"));
        ZooKeeper client = connect(server.connectString())) {
      assertThat(client.getData("/kept", false, null)).asString().isEqualTo("value");
      assertThat(client.getSessionTimeout()).isEqualTo(1000);
    }
  }

  @Test
  void aTakenPortIsNamedTogetherWithTheWayOut() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> ZooKeeperServer.start(config("--port=" + other.getLocalPort())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + other.getLocalPort())
          .hasMessageContaining("--port=N");
    }
  }

  private ZooKeeperConfig config(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--data_dir=" + directory.resolve("data"));
    return Settings.load(null, all, ZooKeeperConfig::new).config();
  }

  /** Asks for a session shorter than the shortest, to see the bound. */
  private static ZooKeeper connect(String connectString) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper client =
        new ZooKeeper(
            connectString,
            500,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    connected.await();
    return client;
  }
}
