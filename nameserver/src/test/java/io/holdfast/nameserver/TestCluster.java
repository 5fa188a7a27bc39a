package io.holdfast.nameserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import io.holdfast.common.config.Settings;
import io.holdfast.nameserver.driver.ServerStatus;
import io.holdfast.protocol.openmldb.nameserver.NameServerOuterClass;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;

/** A ZooKeeper, two places for nameservers, and tablets that only pretend. */
final class TestCluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final TestZooKeeper zooKeeper;
  final List<String> endpoints = new ArrayList<>();
  private final List<AutoCloseable> closeables = new ArrayList<>();
  private final RpcClient client = RpcClient.create(RpcClientSettings.defaults());

  TestCluster(Path directory) throws Exception {
    zooKeeper = new TestZooKeeper(directory);
    for (int i = 0; i < 2; i++) {
      endpoints.add("127.0.0.1:" + TestZooKeeper.freePort());
    }
  }

  NameServer startNameServer(int place) throws IOException {
    List<String> args =
        List.of(
            "--endpoint=" + endpoints.get(place),
            "--zk_cluster=" + zooKeeper.address(),
            "--zk_session_timeout_millis=3000",
            // Slow machines pause for longer than a healthy tablet may be silent.
            "--tablet_suspect_millis=3000",
            "--create_table_timeout_millis=60000",
            // Tablets that pretend take no rows.
            "--system_table_replica_num=0");
    NameServer started =
        NameServer.start(Settings.load(null, args, NameServerConfig::new).config());
    closeables.add(started);
    return started;
  }

  FakeTablet startTablet() throws Exception {
    String clusterId = text("/openmldb/holdfast/cluster-id");
    FakeTablet tablet = new FakeTablet(TestZooKeeper.freePort(), clusterId, endpoints);
    closeables.add(tablet);
    return tablet;
  }

  static void awaitActive(NameServer server) {
    await().atMost(PATIENCE).until(() -> server.status().active() && server.status().ready());
  }

  static void awaitStandby(NameServer server, String leader) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              ServerStatus status = server.status();
              return !status.active() && status.leader().equals(leader);
            });
  }

  <R extends Message> R call(String endpoint, String method, Message request, R prototype)
      throws Exception {
    return client
        .call(
            endpoint,
            NameServerOuterClass.getDescriptor()
                .findServiceByName("NameServer")
                .findMethodByName(method),
            request,
            prototype,
            PATIENCE)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  // ---- looking into ZooKeeper

  byte[] data(String path) throws Exception {
    ZooKeeper zk = zooKeeper.connect();
    try {
      return zk.getData(path, false, null);
    } finally {
      zk.close();
    }
  }

  String text(String path) throws Exception {
    return new String(data(path), UTF_8);
  }

  List<String> children(String path) throws Exception {
    ZooKeeper zk = zooKeeper.connect();
    try {
      return zk.getChildren(path, false).stream().sorted().toList();
    } finally {
      zk.close();
    }
  }

  @Override
  public void close() throws Exception {
    for (int i = closeables.size() - 1; i >= 0; i--) {
      closeables.get(i).close();
    }
    client.close();
    zooKeeper.close();
  }
}
