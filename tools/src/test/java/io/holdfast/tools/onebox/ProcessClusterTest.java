package io.holdfast.tools.onebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes are started, killed, restarted and never left behind. */
@Timeout(120)
class ProcessClusterTest {
  @TempDir Path directory;
  private final List<String> progress = new ArrayList<>();
  private Path distribution;
  private int portBase;

  @BeforeEach
  void makeDistribution() throws IOException {
    distribution = FakeDistribution.makeIn(directory.resolve("dist"));
    portBase = FakeDistribution.freePortBase();
  }

  @Test
  void aRealZooKeeperStartsAloneAndStops() throws IOException {
    Node zooKeeper;
    try (ProcessCluster cluster = builder().nameServers(0).tablets(0).build()) {
      cluster.start();
      zooKeeper = cluster.nodes(NodeRole.ZOOKEEPER).get(0);
      assertThat(cluster.isAlive(zooKeeper)).isTrue();
      assertThat(cluster.zkCluster()).isEqualTo("127.0.0.1:" + portBase);
      assertThat(Readiness.zooKeeper().isReady(zooKeeper)).isTrue();
    }
    assertThat(Readiness.zooKeeper().isReady(zooKeeper)).isFalse();
    assertThat(Ports.isListening(zooKeeper.port())).isFalse();
    assertThat(zooKeeper.pidFile()).doesNotExist();
  }

  @Test
  void aNodeIsKilledAndStartedAgainWhileTheOthersGoOn() throws IOException {
    try (ProcessCluster cluster = fakes().nameServers(1).tablets(2).build()) {
      cluster.start();
      Node victim = cluster.nodeAt("127.0.0.1:" + (portBase + 21));
      Node other = cluster.nodes(NodeRole.TABLET).get(0);
      assertThat(victim.name()).isEqualTo("tablet-2");
      cluster.kill9(victim);
      assertThat(cluster.isAlive(victim)).isFalse();
      assertThat(cluster.isAlive(other)).isTrue();
      cluster.restart(victim);
      assertThat(cluster.isAlive(victim)).isTrue();
      cluster.terminate(other);
      assertThat(cluster.isAlive(other)).isFalse();
      assertThat(Files.readString(victim.logFile()))
          .contains("--endpoint=" + victim.endpoint(), "--zk_cluster=", "--db_root_path=")
          .contains("--zk_root_path=/openmldb", "--more=1");
    }
  }

  @Test
  void aTakenPortIsNamedWithAWayOutAndNothingStaysBehind() throws IOException {
    int taken = portBase + 21;
    try (ServerSocket other = new ServerSocket(taken, 1, InetAddress.getByName("127.0.0.1"));
        ProcessCluster cluster = fakes().tablets(2).build()) {
      assertThat(other.isBound()).isTrue();
      assertThatThrownBy(cluster::start)
          .isInstanceOfSatisfying(
              PortInUseException.class, e -> assertThat(e.port()).isEqualTo(taken))
          .hasMessageContaining("tablet-2")
          .hasMessageContaining("--port-base " + (portBase + 100));
      assertThat(cluster.nodes()).noneMatch(cluster::isAlive);
    }
  }

  @Test
  void aNodeThatEndsAtOnceIsReportedWithItsLastWords() throws IOException {
    try (ProcessCluster cluster = fakes().flags(NodeRole.TABLET, "--fail").build()) {
      assertThatThrownBy(cluster::start)
          .hasMessageContaining("ended with status 3")
          .hasMessageContaining("the disk is missing");
      assertThat(cluster.nodes()).noneMatch(cluster::isAlive);
    }
  }

  @Test
  void aNodeThatNeverGetsReadyIsGivenUp() throws IOException {
    try (ProcessCluster cluster =
        fakes()
            .tablets(1)
            .flags(NodeRole.TABLET, "--never_ready")
            .startTimeout(Duration.ofSeconds(3))
            .build()) {
      assertThatThrownBy(cluster::start).hasMessageContaining("tablet is not ready after 3 s");
    }
  }

  @Test
  void leftoversOfAnEarlierRunAreRemoved() throws Exception {
    ProcessCluster first = fakes().nameServers(1).tablets(0).build();
    first.start();
    Node node = first.nodes(NodeRole.NAMESERVER).get(0);
    byte[] pidFile = Files.readAllBytes(node.pidFile());
    ProcessHandle leftover = PidFile.read(node.pidFile()).orElseThrow();
    assertThatThrownBy(() -> fakes().nameServers(1).tablets(0).build().start())
        .hasMessageContaining("another run is using");

    // The first run forgets its process without stopping it, as if it had been killed itself.
    first.abandon();
    assertThat(leftover.isAlive()).isTrue();
    Files.write(node.pidFile(), pidFile);
    try (ProcessCluster second = fakes().nameServers(1).tablets(0).build()) {
      second.start();
      assertThat(leftover.isAlive()).isFalse();
      assertThat(progress).contains("removed nameserver of an earlier run");
    }
  }

  @Test
  void dataIsKeptUnlessAFreshStartIsWanted() throws IOException {
    Path kept = directory.resolve("work").resolve("nameserver").resolve("db").resolve("file");
    Files.createDirectories(kept.getParent());
    Files.writeString(kept, "data");
    try (ProcessCluster cluster = fakes().nameServers(1).tablets(0).build()) {
      cluster.start();
      assertThat(kept).exists();
    }
    try (ProcessCluster cluster = fakes().nameServers(1).tablets(0).fresh().build()) {
      cluster.start();
      assertThat(kept).doesNotExist();
    }
  }

  @Test
  void aForeignProcessWithTheSameNumberIsLeftAlone() throws IOException {
    Path file = directory.resolve("pid");
    Files.write(file, List.of(Long.toString(ProcessHandle.current().pid()), "1000"));
    assertThat(PidFile.read(file)).isEmpty();
    assertThat(PidFile.killLeftover(file)).isFalse();
    assertThat(file).doesNotExist();
    PidFile.write(file, ProcessHandle.current());
    assertThat(PidFile.read(file)).contains(ProcessHandle.current());
    Files.writeString(file, "12");
    assertThat(PidFile.read(file)).isEmpty();
  }

  /** A cluster whose ZooKeeper is left out, so that its nodes are cheap. */
  private ProcessCluster.Builder fakes() {
    return builder().zooKeepers(0).nameServers(0).flags(NodeRole.TABLET, "--more=1");
  }

  private ProcessCluster.Builder builder() {
    return ProcessCluster.of(distribution, directory.resolve("work"))
        .portBase(portBase)
        .heap("64m")
        .progress(progress::add);
  }
}
