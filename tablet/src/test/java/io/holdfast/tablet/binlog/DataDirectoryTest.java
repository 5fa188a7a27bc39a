package io.holdfast.tablet.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  private static final ReplicaMeta META =
      new ReplicaMeta(
          "c1",
          LogFixture.UID,
          7,
          3,
          5,
          ReplicaFlags.of(Flag.AMNESIAC),
          "schema".getBytes(StandardCharsets.US_ASCII));

  @TempDir private Path root;

  /** A replica that was made is there after a restart, with its meta and an empty log. */
  @Test
  void keepsReplicas() throws IOException {
    ReplicaKey key = new ReplicaKey(7, 3);
    try (DataDirectory directory = DataDirectory.open(root.resolve("data"), "c1")) {
      directory.createReplica(META, LogFixture.SMALL, 1, 0);
      ReplicaMeta other =
          new ReplicaMeta("c1", LogFixture.UID, 7, 12, 0, ReplicaFlags.NONE, new byte[0]);
      directory.createReplica(other, LogFixture.SMALL, 1, 0);
      assertThatThrownBy(() -> directory.createReplica(META, LogFixture.SMALL, 1, 0))
          .hasMessageContaining("exists already");
      Files.createDirectories(root.resolve("data/new_9_9"));
    }
    try (DataDirectory directory = DataDirectory.open(root.resolve("data"), "c1")) {
      assertThat(directory.replicas()).containsExactly(key, new ReplicaKey(7, 12));
      assertThat(root.resolve("data/new_9_9")).doesNotExist();
      ReplicaMeta meta = directory.metaFile(key).load("c1");
      assertThat(meta).usingRecursiveComparison().isEqualTo(META);
      OpenResult log =
          Binlog.open(directory.binlogPath(key), meta.replicaUid(), 7, 3, LogFixture.SMALL);
      assertThat(log.status()).isEqualTo(OpenResult.Status.CLEAN);
      assertThat(log.lastOffset()).isZero();
      log.binlog().orElseThrow().close();

      Path bin = directory.recycle(key, 1000);
      assertThat(bin).exists().hasFileName("7_3_1000");
      assertThat(directory.replicas()).containsExactly(new ReplicaKey(7, 12));
      directory.createReplica(META, LogFixture.SMALL, 1, 0);
      assertThat(directory.recycle(key, 1000)).exists().hasFileName("7_3_1001");
    }
  }

  /** Two tablets never share a directory, and none takes that of another cluster. */
  @Test
  void belongsToOneTabletOfOneCluster() throws IOException {
    try (DataDirectory directory = DataDirectory.open(root, "c1")) {
      assertThat(directory.clusterId()).isEqualTo("c1");
      assertThatThrownBy(() -> DataDirectory.open(root, "c1"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by another tablet");
    }
    assertThatThrownBy(() -> DataDirectory.open(root, "c2"))
        .hasMessageContaining("belongs to cluster c1, not to c2");
    DataDirectory.open(root, "c1").close();
  }

  /** The meta file in docs/formats/replica-meta.md is what the code writes, byte for byte. */
  @Test
  void writesTheDocumentedMeta() {
    assertThat(HexFormat.of().formatHex(ReplicaMetaFile.encode(META)))
        .isEqualTo(
            "48465245504c4943000000020123456789abcdeffedcba987654321000000007"
                + "0000000300000000000000050000000202633100000006736368656d61423611ea");
  }

  /** A meta file with any bit flipped, cut anywhere, missing or foreign is refused in words. */
  @Test
  void refusesADamagedMeta() throws IOException {
    Path path = root.resolve("meta");
    ReplicaMetaFile file = new ReplicaMetaFile(path);
    assertThatThrownBy(() -> file.load("c1"))
        .isInstanceOf(ReplicaMetaException.class)
        .hasMessageContaining("is missing");
    file.store(META);
    file.store(META.withTerm(6));
    assertThat(file.load("c1").term()).isEqualTo(6);
    assertThatThrownBy(() -> file.load("c2"))
        .isInstanceOf(ReplicaMetaException.class)
        .hasMessageContaining("belongs to cluster c1");
    byte[] good = Files.readAllBytes(path);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(path, bad);
      assertThatThrownBy(() -> file.load("c1")).isInstanceOf(ReplicaMetaException.class);
      Files.write(path, java.util.Arrays.copyOf(good, i));
      assertThatThrownBy(() -> file.load("c1")).isInstanceOf(ReplicaMetaException.class);
    }
    assertThatThrownBy(() -> META.withTerm(4)).isInstanceOf(IllegalArgumentException.class);
  }
}
