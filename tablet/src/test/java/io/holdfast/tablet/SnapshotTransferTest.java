package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real tablets, disks and sockets: a replica that the log cannot bring up to date. */
class SnapshotTransferTest {
  private static final TableOptions OPTIONS = TableOptions.defaults(2);
  private static final PartitionId P0 = TestCluster.partition(0);
  private static final int ROWS = 100;

  @TempDir private Path directory;

  private static String key(int i) {
    return i + "-" + "x".repeat(60_000);
  }

  private static GetResponse get(TestCluster cluster, NodeId tablet, String key) {
    return cluster.call(
        tablet,
        "Get",
        GetRequest.newBuilder().setTid(TestTable.TID).setPid(0).setKey(key).build(),
        GetResponse.getDefaultInstance());
  }

  /** It gets a snapshot in pieces, then the log behind it, and can lead from there. */
  @Test
  void anEmptyReplicaIsBroughtUpToDateAndLeads() throws Exception {
    try (TestCluster cluster =
        new TestCluster(
            directory,
            3,
            "--segment_bytes=1048576",
            "--snapshot_every_records=5",
            "--snapshot_chunk_bytes=65536")) {
      cluster.createReplicas(0, OPTIONS);
      NodeId leader = cluster.tablets.get(0);
      NodeId follower = cluster.tablets.get(1);
      NodeId empty = cluster.tablets.get(2);
      cluster.elect(0, 1, OPTIONS, List.of(leader, follower));
      for (int i = 0; i < ROWS; i++) {
        assertThat(cluster.put(leader, 0, key(i), i).getCode()).isZero();
      }
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.nameserver.status(leader, P0).snapshotOffset() > ROWS / 2);
      Path firstSegment = cluster.dataDirectory(leader).resolve("7_0/binlog");
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> !firstSegment.resolve("00000000000000000001.seg").toFile().exists());

      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> {
                cluster.nameserver.send(
                    leader,
                    new LeaderAdvice(1, P0, 1, 1, List.of(empty), List.of(), List.of(), false));
                ReplicaStatus status = cluster.nameserver.status(empty, P0);
                return status.applied() == ROWS + 1 && status.catchUp() == CatchUp.INLINE;
              });
      assertThat(cluster.nameserver.status(empty, P0).snapshotOffset()).isPositive();

      assertThat(cluster.put(leader, 0, "last", 7).getCode()).isZero();
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.nameserver.status(empty, P0).applied() == ROWS + 2);
      cluster.stop(empty);
      cluster.start(empty);
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.nameserver.status(empty, P0).applied() == ROWS + 2);
      cluster.elect(0, 2, OPTIONS, List.of(empty, follower));
      for (int i = 0; i < ROWS; i++) {
        GetResponse got = get(cluster, empty, key(i));
        assertThat(got.getCode()).as(got.getMsg()).isZero();
        assertThat(got.getValue().toByteArray()).isEqualTo(TestTable.row(key(i), i));
      }
    }
  }
}
