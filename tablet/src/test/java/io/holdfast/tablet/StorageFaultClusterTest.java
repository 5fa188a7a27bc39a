package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.tablet.ChecksumRequest;
import io.holdfast.protocol.openmldb.tablet.ChecksumResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.tablet.partition.PartitionLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bits flip on the disk of one of three real tablets. Whatever they hit, nothing is lost, the
 * replica is whole again without anybody's help, and all replicas end up equal.
 */
class StorageFaultClusterTest {
  private static final TableOptions OPTIONS =
      new TableOptions(3, AckMode.MAJORITY, 1, ReadMode.LEADER);
  private static final PartitionId P0 = TestCluster.partition(0);
  private static final int ROWS = 40;

  @TempDir Path directory;
  private TestCluster cluster;
  private NodeId leader;
  private NodeId victim;
  private int written;

  /** So many large rows that every replica has two snapshots and no beginning of its log. */
  @BeforeEach
  void startCluster() throws Exception {
    cluster =
        new TestCluster(
            directory,
            3,
            "--segment_bytes=1048576",
            "--snapshot_every_records=5",
            "--snapshot_chunk_bytes=65536");
    cluster.createReplicas(0, OPTIONS);
    cluster.elect(0, 1, OPTIONS, cluster.tablets);
    leader = cluster.tablets.get(0);
    victim = cluster.tablets.get(2);
    write(ROWS);
    for (NodeId tablet : cluster.tablets) {
      awaitOnDisk(tablet, replica -> list(replica.resolve("snapshots")).size() >= 2);
      awaitOnDisk(
          tablet, replica -> !Files.exists(replica.resolve("binlog/00000000000000000001.seg")));
    }
    awaitEverywhere();
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  private static String key(int i) {
    return i + "-" + "x".repeat(60_000);
  }

  private void write(int rows) {
    for (int i = 0; i < rows; i++, written++) {
      assertThat(cluster.put(leader, 0, key(written), written).getCode()).isZero();
    }
  }

  // ---- on disk

  private interface OnDisk {
    boolean holds(Path replica) throws IOException;
  }

  private Path replica(NodeId tablet) {
    return cluster.dataDirectory(tablet).resolve("7_0");
  }

  private void awaitOnDisk(NodeId tablet, OnDisk condition) {
    await().atMost(TestCluster.PATIENCE).until(() -> condition.holds(replica(tablet)));
  }

  private static List<Path> list(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.sorted().toList();
    }
  }

  /** Those that have a name of their own, oldest first. */
  private List<Path> snapshots(NodeId tablet) throws IOException {
    return list(replica(tablet).resolve("snapshots")).stream()
        .filter(path -> path.getFileName().toString().matches("\\d{20}"))
        .map(path -> path.resolve("state"))
        .toList();
  }

  private static void flip(Path file, int position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[position] ^= 1;
    Files.write(file, bytes);
  }

  private static void flipInTheMiddle(Path file) throws IOException {
    flip(file, (int) (Files.size(file) / 2));
  }

  /** In the last record; the rest of a segment is zeros. */
  private static void flipNearTheEnd(Path binlog) throws IOException {
    List<Path> segments =
        list(binlog).stream().filter(file -> file.toString().endsWith(".seg")).toList();
    Path last = segments.get(segments.size() - 1);
    byte[] bytes = Files.readAllBytes(last);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    flip(last, end - 100);
  }

  // ---- what must be true in the end

  private ReplicaStatus status(NodeId tablet) {
    return cluster.nameserver.status(tablet, P0);
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
          .until(
              () -> {
                ReplicaStatus status = status(tablet);
                return status.flags().isClean()
                    && status.applied() == written + 1
                    && checksum(tablet).getVersion() == written + 1;
              });
    }
  }

  /** All are equal, and the one that was damaged has everything, alone. */
  private void assertNothingIsLost() {
    write(1);
    awaitEverywhere();
    ChecksumResponse expected = checksum(leader);
    for (NodeId tablet : cluster.tablets) {
      assertThat(checksum(tablet)).isEqualTo(expected);
    }
    cluster.elect(0, 2, OPTIONS, List.of(victim, cluster.tablets.get(1)));
    for (int i = 0; i < written; i++) {
      GetResponse got =
          cluster.call(
              victim,
              "Get",
              GetRequest.newBuilder().setTid(TestTable.TID).setPid(0).setKey(key(i)).build(),
              GetResponse.getDefaultInstance());
      assertThat(got.getCode()).as(got.getMsg()).isZero();
      assertThat(got.getValue().toByteArray()).isEqualTo(TestTable.row(key(i), i));
    }
  }

  private boolean scrub(NodeId tablet) throws Exception {
    return cluster
        .tablet(tablet)
        .scrubber()
        .scrub(P0)
        .get(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  // ---- stories

  @Test
  void rotInTheNewestRecord() throws Exception {
    cluster.stop(victim);
    flipNearTheEnd(replica(victim).resolve("binlog"));
    cluster.start(victim);
    awaitEverywhere();
    // What was cut off is kept.
    assertThat(list(replica(victim).resolve("binlog/recycle"))).isNotEmpty();
    assertNothingIsLost();
  }

  @Test
  void rotInTheNewestSnapshotIsFoundAtTheStart() throws Exception {
    cluster.stop(victim);
    List<Path> snapshots = snapshots(victim);
    flipInTheMiddle(snapshots.get(snapshots.size() - 1));
    cluster.start(victim);
    awaitEverywhere();
    assertThat(list(replica(victim).resolve("snapshots")))
        .anyMatch(path -> path.getFileName().toString().startsWith("damaged-"));
    assertNothingIsLost();
  }

  /** The replica goes on in its role meanwhile: what the snapshot held is in its memory. */
  @Test
  void rotInASnapshotIsFoundWhileTheReplicaRuns() throws Exception {
    assertThat(scrub(victim)).isTrue();
    ReplicaUid uid = status(victim).uid();
    for (Path snapshot : snapshots(victim)) {
      flipInTheMiddle(snapshot);
    }
    assertThat(scrub(victim)).isFalse();
    await().atMost(TestCluster.PATIENCE).until(() -> scrub(victim));
    assertThat(status(victim).flags().isClean()).isTrue();
    assertThat(snapshots(victim)).isNotEmpty();
    cluster.stop(victim);
    cluster.start(victim);
    awaitEverywhere();
    assertThat(status(victim).uid()).isEqualTo(uid);
    assertThat(Files.exists(replica(victim).resolve("aside"))).isFalse();
    assertNothingIsLost();
  }

  /** Its log does not go back to the beginning, so the leader sends it a snapshot of its own. */
  @Test
  void rotInAllSnapshotsCostsTheReplicaItsStateAndItGetsItBack() throws Exception {
    cluster.stop(victim);
    ReplicaUid uid = status(victim).uid();
    for (Path snapshot : snapshots(victim)) {
      flipInTheMiddle(snapshot);
    }
    cluster.start(victim);
    awaitEverywhere();
    assertThat(status(victim).uid()).isEqualTo(uid);
    assertThat(list(replica(victim).resolve("aside"))).isNotEmpty();
    assertThat(transfers(leader).snapshotBytes()).isPositive();
    assertNothingIsLost();
  }

  /** An order to remove a copy is not outlived by one that is about to be opened anew. */
  @Test
  void aReplicaThatHasFailedIsRemovedForGood() throws Exception {
    ReplicaUid uid = status(victim).uid();
    flipNearTheEnd(replica(victim).resolve("binlog"));
    assertThat(scrub(victim)).isFalse();
    await()
        .atMost(TestCluster.PATIENCE)
        .until(
            () -> {
              cluster.nameserver.send(victim, new DropReplica(1, P0));
              return !Files.exists(replica(victim));
            });
    Path bin = cluster.dataDirectory(victim).resolve("recycle");
    assertThat(list(bin)).hasSize(1).first().matches(kept -> Files.exists(kept.resolve("meta")));
    await()
        .atMost(TestCluster.PATIENCE)
        .until(
            () -> {
              cluster.nameserver.send(victim, new CreateReplica(1, P0, TestTable.spec(OPTIONS)));
              ReplicaStatus status = status(victim);
              return !status.uid().equals(uid) && status.flags().isClean();
            });
    assertThat(list(bin)).hasSize(1);
  }

  // ---- coming back

  private record Sent(long memberBytes, long learnerBytes, long snapshotBytes) {}

  private Sent transfers(NodeId tablet) throws Exception {
    PartitionLoop loop = cluster.tablet(tablet).partitions().of(P0);
    CompletableFuture<Sent> answer = new CompletableFuture<>();
    assertThat(
            loop.execute(
                () ->
                    answer.complete(
                        new Sent(
                            loop.host().transfers().memberBytes(),
                            loop.host().transfers().learnerBytes(),
                            loop.host().transfers().snapshotBytes()))))
        .isTrue();
    return answer.get(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Not the log, and not a snapshot: the records that were written meanwhile. Once, unless a
   * machine that is busy with other things answers so late that they are sent again.
   */
  @Test
  void whoWasAwayIsSentWhatItMissedAndNothingElse() throws Exception {
    cluster.stop(victim);
    write(3);
    await()
        .atMost(TestCluster.PATIENCE)
        .until(() -> status(cluster.tablets.get(1)).applied() == written + 1);
    Sent before = transfers(leader);
    cluster.start(victim);
    awaitEverywhere();
    Sent after = transfers(leader);

    // A record holds its key twice, in the row and as the dimension.
    long record = 2 * 60_000;
    long missed = 3 * record;
    assertThat(after.memberBytes() - before.memberBytes()).isBetween(missed, 3 * missed + record);
    assertThat(after.learnerBytes()).isEqualTo(before.learnerBytes());
    assertThat(after.snapshotBytes()).isEqualTo(before.snapshotBytes());
    assertNothingIsLost();
  }
}
