package io.holdfast.tablet.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.model.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real ZooKeeper: the tablet is announced whenever that is possible at all. */
class ZkSessionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ENDPOINT = "10.0.0.11:10921";
  private static final String LIVE = "/openmldb/holdfast/tablets/live/" + ENDPOINT;
  private static final String NODE = "/openmldb/nodes/" + ENDPOINT;
  private static final LiveRecord RECORD = new LiveRecord(ENDPOINT, 0x5f3aL, "1.0");

  @TempDir Path directory;
  private TestZooKeeper zookeeper;
  private CuratorFramework observer;

  @BeforeEach
  void start() throws Exception {
    zookeeper = new TestZooKeeper(directory);
    observer = CuratorFrameworkFactory.newClient(zookeeper.address(), new RetryNTimes(100, 100));
    observer.start();
  }

  @AfterEach
  void stop() {
    observer.close();
    zookeeper.close();
  }

  private ZkSession session() {
    ZkSession session = new ZkSession(new ZkSettings(zookeeper.address(), "/openmldb", 4_000));
    session.start();
    return session;
  }

  private String textOf(String path) throws Exception {
    return observer.checkExists().forPath(path) == null
        ? ""
        : new String(observer.getData().forPath(path), UTF_8);
  }

  private void awaitRegistered(ZkSession session) {
    await().atMost(PATIENCE).until(session::isRegistered);
  }

  @Test
  void announcesTheTabletInBothPlaces() throws Exception {
    try (ZkSession session = session()) {
      session.register(RECORD);
      awaitRegistered(session);
      assertThat(textOf(NODE)).isEqualTo(ENDPOINT);
      assertThat(textOf(LIVE))
          .isEqualTo(
              "{\"format\":1,\"endpoint\":\"10.0.0.11:10921\","
                  + "\"incarnation\":\"0000000000005f3a\",\"build\":\"1.0\"}");
    }
    await().atMost(PATIENCE).until(() -> textOf(LIVE).isEmpty() && textOf(NODE).isEmpty());
  }

  @Test
  void replacesAtOnceWhatAnEarlierLifeLeft() throws Exception {
    try (CuratorFramework earlier =
        CuratorFrameworkFactory.newClient(
            zookeeper.address(), 60_000, 5_000, new RetryNTimes(100, 100))) {
      earlier.start();
      for (String path : new String[] {NODE, LIVE}) {
        earlier
            .create()
            .creatingParentsIfNeeded()
            .withMode(CreateMode.EPHEMERAL)
            .forPath(path, "old".getBytes(UTF_8));
      }
      try (ZkSession session = session()) {
        session.register(RECORD);
        awaitRegistered(session);
        assertThat(textOf(LIVE)).contains("5f3a");
        assertThat(textOf(NODE)).isEqualTo(ENDPOINT);
      }
    }
  }

  @Test
  void comesBackWithTheSameIncarnationAfterItsSessionExpired() throws Exception {
    try (ZkSession session = session()) {
      session.register(RECORD);
      awaitRegistered(session);
      Stat before = observer.checkExists().forPath(LIVE);
      String text = textOf(LIVE);
      zookeeper.expireSessions();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                Stat now = observer.checkExists().forPath(LIVE);
                return now != null && now.getEphemeralOwner() != before.getEphemeralOwner();
              });
      assertThat(textOf(LIVE)).isEqualTo(text);
    }
  }

  @Test
  void whoeverIsFirstDrawsTheClusterIdAndTheOthersTakeIt() throws Exception {
    try (ZkSession one = session();
        ZkSession other = session()) {
      Optional<String> id = one.awaitClusterId(PATIENCE.toMillis());
      assertThat(id).isPresent();
      assertThat(other.awaitClusterId(PATIENCE.toMillis())).isEqualTo(id);
      assertThat(textOf("/openmldb/holdfast/cluster-id")).isEqualTo(id.get());
    }
  }

  @Test
  void knowsTheNameserversAndRemembersThemWhileZooKeeperIsAway() throws Exception {
    observer
        .create()
        .creatingParentsIfNeeded()
        .withMode(CreateMode.PERSISTENT_SEQUENTIAL)
        .forPath("/openmldb/leader/n", "10.0.0.1:6527".getBytes(UTF_8));
    try (ZkSession session = session()) {
      await().atMost(PATIENCE).until(() -> session.nameservers().size() == 1);
      observer
          .create()
          .withMode(CreateMode.PERSISTENT_SEQUENTIAL)
          .forPath("/openmldb/leader/n", "10.0.0.2:6527".getBytes(UTF_8));
      await().atMost(PATIENCE).until(() -> session.nameservers().size() == 2);
      zookeeper.stop();
      assertThat(session.nameservers())
          .containsExactly(new NodeId("10.0.0.1:6527"), new NodeId("10.0.0.2:6527"));
      zookeeper.start();
    }
  }

  @Test
  void aTabletThatStartsWithoutZooKeeperRegistersWhenItComes() throws Exception {
    zookeeper.stop();
    try (ZkSession session = session()) {
      assertThat(session.awaitClusterId(100)).isEmpty();
      session.register(RECORD);
      zookeeper.start();
      awaitRegistered(session);
      assertThat(textOf(LIVE)).contains("5f3a");
    }
  }
}
