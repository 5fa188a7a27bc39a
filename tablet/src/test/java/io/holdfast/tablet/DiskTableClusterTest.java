package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.tablet.ChecksumRequest;
import io.holdfast.protocol.openmldb.tablet.ChecksumResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real tablets with a table whose rows are on disk. */
class DiskTableClusterTest {
  private static final TableOptions OPTIONS =
      new TableOptions(3, AckMode.MAJORITY, 1, ReadMode.LEADER);
  private static final int ROWS = 300;

  @TempDir Path directory;
  private TestCluster cluster;
  private NodeId leader;
  private NodeId victim;
  private int written;

  /** Every replica has a snapshot, and so a state on disk. */
  @BeforeEach
  void startCluster() throws Exception {
    cluster = new TestCluster(directory, 3, "--snapshot_every_records=100");
    cluster.storageMode = StorageMode.kSSD;
    cluster.createReplicas(0, OPTIONS);
    cluster.elect(0, 1, OPTIONS, cluster.tablets);
    leader = cluster.tablets.get(0);
    victim = cluster.tablets.get(2);
    write(ROWS);
    for (NodeId tablet : cluster.tablets) {
      await().atMost(TestCluster.PATIENCE).until(() -> !sorted(state(tablet, 1)).isEmpty());
      await().atMost(TestCluster.PATIENCE).until(() -> status(tablet).snapshotOffset() > 0);
    }
    awaitEverywhere();
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  private void write(int rows) {
    for (int i = 0; i < rows; i++, written++) {
      assertThat(cluster.put(leader, 0, "key-" + written, written).getCode()).isZero();
    }
  }

  private Path state(NodeId tablet, int number) {
    return cluster.dataDirectory(tablet).resolve("7_0/engine/" + number);
  }

  /** The files that RocksDB has sorted rows in. */
  private static List<Path> sorted(Path state) throws IOException {
    try (Stream<Path> files = Files.list(state)) {
      return files.filter(file -> file.toString().endsWith(".sst")).toList();
    }
  }

  private ReplicaStatus status(NodeId tablet) {
    return cluster.nameserver.status(tablet, TestCluster.partition(0));
  }

  private ChecksumResponse checksum(NodeId tablet) {
    return cluster.call(
        tablet,
        "Checksum",
        ChecksumRequest.newBuilder().setTid(TestTable.TID).setPid(0).build(),
        ChecksumResponse.getDefaultInstance());
  }

  private void awaitEverywhere() {
    for (NodeId tablet : cluster.tablets) {
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> checksum(tablet).getVersion() == written + 1);
    }
  }

  private GetResponse get(NodeId tablet, int row, String mode) {
    return cluster.call(
        tablet,
        "Get",
        GetRequest.newBuilder()
            .setTid(TestTable.TID)
            .setPid(0)
            .setKey("key-" + row)
            .setReadMode(mode)
            .build(),
        GetResponse.getDefaultInstance());
  }

  /** All are equal, and each row is there. */
  private void assertWhole() {
    write(1);
    awaitEverywhere();
    ChecksumResponse expected = checksum(leader);
    for (NodeId tablet : cluster.tablets) {
      assertThat(checksum(tablet)).isEqualTo(expected);
    }
    for (int i = 0; i < written; i++) {
      assertThat(get(victim, i, "stale").getValue().toByteArray())
          .isEqualTo(TestTable.row("key-" + i, i));
    }
  }

  /** Bits flip in the database: no answer is given of it, and the replica makes it anew. */
  @Test
  void aDamagedDatabaseIsMadeAnew() throws Exception {
    Map<Path, byte[]> damaged = new HashMap<>();
    for (Path file : sorted(state(victim, 1))) {
      byte[] bytes;
      try {
        bytes = Files.readAllBytes(file);
      } catch (NoSuchFileException e) {
        // It was put together with others just now.
        continue;
      }
      for (int at = bytes.length / 8; at < bytes.length / 2; at += 100) {
        bytes[at] ^= 1;
      }
      Files.write(file, bytes);
      damaged.put(file, bytes);
    }
    for (int i = 0; i < ROWS; i++) {
      GetResponse got = get(victim, i, "stale");
      if (got.getCode() == 0) {
        assertThat(got.getValue().toByteArray()).isEqualTo(TestTable.row("key-" + i, i));
      }
    }
    await()
        .atMost(TestCluster.PATIENCE)
        .until(() -> damaged.entrySet().stream().noneMatch(DiskTableClusterTest::isThere));
    assertWhole();
  }

  /** Its name may have been given again. */
  private static boolean isThere(Map.Entry<Path, byte[]> file) {
    try {
      return Files.exists(file.getKey())
          && Arrays.equals(Files.readAllBytes(file.getKey()), file.getValue());
    } catch (IOException e) {
      return false;
    }
  }

  /** A tablet that is started again goes on from its state, and follows. */
  @Test
  void aRestartedTabletGoesOn() throws Exception {
    cluster.stop(victim);
    write(50);
    cluster.start(victim);
    assertWhole();
    assertThat(Files.exists(state(victim, 1))).isTrue();
    assertThat(Files.exists(state(victim, 2))).isFalse();
  }
}
