package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerResponse;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real tablets on loopback with real disks: a write gets everywhere and stays there. */
class TabletClusterTest {
  private static final TableOptions OPTIONS = TableOptions.defaults(3);
  private static final PartitionId P0 = TestCluster.partition(0);

  @TempDir Path directory;

  private static long applied(TestCluster cluster, NodeId tablet) {
    ReplicaStatus status = cluster.nameserver.status(tablet, P0);
    return status == null ? 0 : status.applied();
  }

  private static GetResponse get(TestCluster cluster, NodeId tablet, String key) {
    return cluster.call(
        tablet,
        "Get",
        GetRequest.newBuilder().setTid(TestTable.TID).setPid(0).setKey(key).build(),
        GetResponse.getDefaultInstance());
  }

  @Test
  void anAcknowledgedPutIsOnEveryReplicaAndTheLeaderShowsIt() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      cluster.createReplicas(0, OPTIONS);
      cluster.elect(0, 1, OPTIONS, cluster.tablets);
      NodeId leader = cluster.tablets.get(0);
      NodeId follower = cluster.tablets.get(1);

      PutResponse put = cluster.put(leader, 0, "a", 1);
      assertThat(put.getCode()).isZero();
      assertThat(put.getVersion()).isEqualTo(2);

      GetResponse got = get(cluster, leader, "a");
      assertThat(got.getCode()).isZero();
      assertThat(got.getValue().toByteArray()).isEqualTo(TestTable.row("a", 1));
      assertThat(got.getVersion()).isEqualTo(2);

      // A follower refuses both and names the leader.
      PutResponse refused = cluster.put(follower, 0, "b", 2);
      assertThat(refused.getCode()).isEqualTo(103);
      assertThat(refused.getLeader()).isEqualTo(leader.endpoint());
      assertThat(get(cluster, follower, "a").getCode()).isEqualTo(103);

      for (NodeId tablet : cluster.tablets) {
        await().atMost(TestCluster.PATIENCE).until(() -> applied(cluster, tablet) == 2);
        assertThat(cluster.nameserver.status(tablet, P0).rows()).isEqualTo(1);
      }
      GetTableFollowerResponse followers =
          cluster.call(
              leader,
              "GetTableFollower",
              GetTableFollowerRequest.newBuilder().setTid(TestTable.TID).setPid(0).build(),
              GetTableFollowerResponse.getDefaultInstance());
      assertThat(followers.getOffset()).isEqualTo(2);
      assertThat(followers.getFollowerInfoList()).hasSize(2).allMatch(f -> f.getOffset() == 2);
    }
  }

  @Test
  void aLeaderAsksToGoOnWithoutADeadFollowerAndThenDoes() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 2)) {
      cluster.createReplicas(0, OPTIONS);
      cluster.elect(0, 1, OPTIONS, cluster.tablets);
      NodeId leader = cluster.tablets.get(0);
      assertThat(cluster.put(leader, 0, "a", 1).getCode()).isZero();

      cluster.stop(cluster.tablets.get(1));
      await().atMost(TestCluster.PATIENCE).until(() -> !cluster.nameserver.wishes().isEmpty());
      ChangeMembers wish = cluster.nameserver.wishes().get(0);
      assertThat(wish.members().tablets()).containsExactly(leader);
      cluster.nameserver.send(
          leader,
          new MembersChanged(1, P0, wish.term(), wish.version() + 1, wish.members(), List.of()));

      assertThat(cluster.put(leader, 0, "b", 2).getCode()).isZero();
      assertThat(get(cluster, leader, "b").getCode()).isZero();
    }
  }

  @Test
  void aRestartedTabletComesBackWithItsReplicasUnasked() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 2)) {
      cluster.createReplicas(0, OPTIONS);
      cluster.elect(0, 1, OPTIONS, cluster.tablets);
      NodeId leader = cluster.tablets.get(0);
      NodeId other = cluster.tablets.get(1);
      for (int i = 0; i < 50; i++) {
        assertThat(cluster.put(leader, 0, "k" + i, i).getCode()).isZero();
      }
      cluster.stop(leader);
      cluster.stop(other);
      cluster.start(leader);
      cluster.start(other);

      // The other one leads now: each of them has everything.
      cluster.elect(0, 2, OPTIONS, List.of(other, leader));
      for (int i = 0; i < 50; i++) {
        GetResponse got = get(cluster, other, "k" + i);
        assertThat(got.getCode()).as(got.getMsg()).isZero();
        assertThat(got.getValue().toByteArray()).isEqualTo(TestTable.row("k" + i, i));
      }
      assertThat(cluster.put(other, 0, "new", 1).getCode()).isZero();
      await().atMost(TestCluster.PATIENCE).until(() -> applied(cluster, leader) == 53);
    }
  }

  /** Damaged where no crash can have done it: kept out of decisions, and whole again by itself. */
  @Test
  void aDamagedReplicaCountsForNothingAndIsBroughtUpToDate() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      TableOptions options = TableOptions.defaults(3);
      cluster.createReplicas(0, options);
      cluster.elect(0, 1, options, cluster.tablets);
      NodeId leader = cluster.tablets.get(0);
      NodeId damaged = cluster.tablets.get(1);
      for (int i = 0; i < 20; i++) {
        assertThat(cluster.put(leader, 0, "k" + i, i).getCode()).isZero();
      }
      cluster.stop(damaged);
      // Or it would be healed before anybody has looked.
      cluster.stop(leader);
      Path binlog = cluster.dataDirectory(damaged).resolve("7_0/binlog");
      Path segment = flipAByte(binlog);
      byte[] rotten = Files.readAllBytes(segment);
      cluster.start(damaged);

      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.nameserver.status(damaged, P0).flags().has(Flag.AMNESIAC));
      assertThat(binlog.resolve("damaged/1").resolve(segment.getFileName()))
          .hasBinaryContent(rotten);
      cluster.start(leader);
      cluster.elect(0, 2, options, cluster.tablets);
      // The damaged member is streamed to, matches, and is trusted again.
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> {
                ReplicaStatus status = cluster.nameserver.status(damaged, P0);
                return status.flags().isClean() && status.lastOffset() == 22;
              });
      await().atMost(TestCluster.PATIENCE).until(() -> !Files.exists(binlog.resolve("damaged")));
      assertThat(cluster.put(leader, 0, "more", 1).getCode()).isZero();

      // Alone, it has everything.
      cluster.stop(leader);
      cluster.elect(0, 3, options, List.of(damaged));
      for (int i = 0; i < 20; i++) {
        assertThat(get(cluster, damaged, "k" + i).getCode()).isZero();
      }
      assertThat(get(cluster, damaged, "more").getCode()).isZero();
    }
  }

  /** Damage that a running leader meets when it reads costs it its role, not its data. */
  @Test
  void rotUnderARunningReplicaIsHealedInTheSameLife() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 2)) {
      cluster.createReplicas(0, OPTIONS);
      cluster.elect(0, 1, OPTIONS, cluster.tablets);
      NodeId leader = cluster.tablets.get(0);
      NodeId rotten = cluster.tablets.get(1);
      for (int i = 0; i < 20; i++) {
        assertThat(cluster.put(leader, 0, "k" + i, i).getCode()).isZero();
      }
      cluster.stop(rotten);
      cluster.start(rotten);
      await().atMost(TestCluster.PATIENCE).until(() -> applied(cluster, rotten) == 21);
      flipAByte(cluster.dataDirectory(rotten).resolve("7_0/binlog"));
      cluster.readLog(rotten, P0);

      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.nameserver.status(rotten, P0).flags().has(Flag.CORRUPT));
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> {
                ReplicaStatus status = cluster.nameserver.status(rotten, P0);
                return status.flags().isClean() && status.applied() == 21;
              });
      assertThat(cluster.put(leader, 0, "more", 1).getCode()).isZero();
    }
  }

  /** In the second record: intact ones follow, so no crash can have done it. */
  private static Path flipAByte(Path binlog) throws Exception {
    Path segment;
    try (Stream<Path> files = Files.list(binlog)) {
      segment = files.filter(f -> f.toString().endsWith(".seg")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    bytes[250] ^= 1;
    Files.write(segment, bytes, StandardOpenOption.WRITE);
    return segment;
  }
}
