package io.holdfast.client.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.client.discovery.ClusterSession.NameServer;
import io.holdfast.client.discovery.DiscoveryException.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoveryTest {
  @TempDir Path directory;
  private EmbeddedZooKeeper zooKeeper;

  @BeforeEach
  void start() throws Exception {
    zooKeeper = new EmbeddedZooKeeper(directory);
  }

  @AfterEach
  void stop() throws Exception {
    zooKeeper.close();
  }

  /** Shows that the smallest node of the lock is the active nameserver, also after a change. */
  @Test
  void smallestNodeIsTheActiveNameserver() throws Exception {
    zooKeeper.put("/cluster/leader/lock0000000007", "ns2:2");
    zooKeeper.put("/cluster/leader/lock0000000003", "ns1:1");
    try (ZooKeeperNameServers servers = new ZooKeeperNameServers(options(), "/cluster")) {
      assertThat(servers.active(false).get(5, TimeUnit.SECONDS)).isEqualTo("ns1:1");
      zooKeeper.delete("/cluster/leader/lock0000000003");
      assertThat(servers.active(false).get(5, TimeUnit.SECONDS)).isEqualTo("ns1:1");
      assertThat(servers.active(true).get(5, TimeUnit.SECONDS)).isEqualTo("ns2:2");
    }
  }

  /** Shows that names of servers are turned into the addresses behind them. */
  @Test
  void namesAreTurnedIntoAddresses() throws Exception {
    zooKeeper.put("/cluster/leader/lock1", "ns_a");
    zooKeeper.put("/cluster/map/names/ns_a", "10.0.0.1:7527");
    zooKeeper.put("/cluster/map/names/tablet_a", "10.0.0.2:9527");
    try (ClusterSession session = ClusterSession.open(options(), "/cluster")) {
      assertThat(session.leader()).isEqualTo("ns_a");
      assertThat(session.active(false).get()).isEqualTo("10.0.0.1:7527");
      assertThat(session.dialled("tablet_a")).isEqualTo("10.0.0.2:9527");
      assertThat(session.dialled("10.0.0.9:1")).isEqualTo("10.0.0.9:1");
    }
  }

  /** Shows the nameservers in the order of the lock, each once. */
  @Test
  void nameserversAreListedOnce() throws Exception {
    zooKeeper.put("/cluster/leader/lock1", "a:1");
    zooKeeper.put("/cluster/leader/lock2", "b:1");
    zooKeeper.put("/cluster/leader/lock3", "a:1");
    try (ClusterSession session = ClusterSession.open(options(), "/cluster")) {
      assertThat(session.nameServers())
          .extracting(NameServer::endpoint, NameServer::realEndpoint, NameServer::leader)
          .containsExactly(tuple("a:1", "", true), tuple("b:1", "", false));
      assertThat(session.nameServers()).allMatch(server -> server.sinceMillis() > 0);
    }
  }

  /** Shows that each change of the tables is announced, the first one also before the node is. */
  @Test
  void changesOfTablesAreAnnounced() throws Exception {
    zooKeeper.put("/cluster/leader/lock1", "a:1");
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (ZooKeeperNameServers servers = new ZooKeeperNameServers(options(), "/cluster")) {
      servers.onTableChange(() -> heard.add("changed"));
      // The first one says that changes before the watch are unknown.
      assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("changed");
      zooKeeper.put("/cluster/table/notify", "1");
      assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("changed");
      heard.clear();
      zooKeeper.put("/cluster/table/notify", "2");
      assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("changed");
    }
  }

  /** Shows that a root without nameservers is told from a ZooKeeper that is away. */
  @Test
  void failuresSayHowFarTheSearchCame() throws Exception {
    assertThat(stage(options())).isEqualTo(Stage.LIST);
    ZooKeeperSession.Options nobody =
        new ZooKeeperSession.Options(
            "127.0.0.1:1", Duration.ofMillis(300), Duration.ofSeconds(2), null, null);
    assertThat(stage(nobody)).isEqualTo(Stage.CONNECT);
    DiscoveryException direct =
        catchThrowableOfType(
            DiscoveryException.class, () -> ClusterSession.open(nobody, "/cluster"));
    assertThat(direct.stage()).isEqualTo(Stage.CONNECT);
    assertThat(direct).hasMessageContaining("127.0.0.1:1");
  }

  private ZooKeeperSession.Options options() throws Exception {
    return ZooKeeperSession.Options.of(zooKeeper.connectString());
  }

  private static Stage stage(ZooKeeperSession.Options options) {
    try (ZooKeeperNameServers servers = new ZooKeeperNameServers(options, "/nothing")) {
      CompletionException failure =
          catchThrowableOfType(CompletionException.class, () -> servers.active(false).join());
      return ((DiscoveryException) failure.getCause()).stage();
    }
  }
}
