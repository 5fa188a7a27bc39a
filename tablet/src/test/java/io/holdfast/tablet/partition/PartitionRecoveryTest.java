package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.peer.PeerIdentity;
import io.holdfast.protocol.peer.PeerTransport;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.BootMark;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.replication.ReplicationSettings;
import io.holdfast.tablet.storage.ChunkPool;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk is opened at start: in which order, who can see it, and how that ends. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PartitionRecoveryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path root;
  private final RpcClient client = RpcClient.create(RpcClientSettings.defaults());
  private DataDirectory directory;
  private TabletDisk disk;

  @BeforeEach
  void begin() throws Exception {
    directory = DataDirectory.open(root, "cluster");
    disk = disk();
    for (int pid = 0; pid < 2; pid++) {
      var unused =
          disk.create(
              new PartitionId(TestTable.TID, pid),
              TestTable.spec(TableOptions.defaults(1), StorageMode.kMemory),
              false,
              task -> {});
    }
    disk.close();
    disk = disk();
  }

  @AfterEach
  void end() throws Exception {
    disk.close();
    directory.close();
    client.close();
  }

  private TabletDisk disk() throws IOException {
    return new TabletDisk(
        List.of(
            new DataVolume(
                directory,
                new BinlogWriter("test-writer", 64 << 20, SystemClock.INSTANCE),
                BootMark.open(directory.root(), "one"))),
        StoreLife.SETTINGS,
        0,
        new DiskEngineSettings(8 << 20, 8 << 20),
        new ChunkPool(256 << 20, 320 << 20),
        SystemClock.INSTANCE);
  }

  private PartitionLoops loops() throws IOException {
    NodeId self = new NodeId("127.0.0.1:1");
    return PartitionServer.make(
        new PartitionServer.Setup(self, 1, 2, ReplicationSettings.DEFAULTS, 10_000, 60_000),
        disk,
        new PeerTransport(new PeerIdentity(self, 1, "cluster"), client),
        (leader, request, done) -> done.accept(false),
        List::of,
        (where, fault) -> {},
        SystemClock.INSTANCE);
  }

  private static List<PartitionId> seen(PartitionLoops loops) {
    return loops.recovery().reading().orElseThrow().stream().map(LoadProgress::partition).toList();
  }

  /** Nobody is told that there is nothing here, before the reading and behind it. */
  @Test
  void whatIsHereIsSeenUntilTheLoopsCanBeAsked() throws Exception {
    List<PartitionId> all =
        List.of(new PartitionId(TestTable.TID, 0), new PartitionId(TestTable.TID, 1));
    try (PartitionLoops loops = loops()) {
      assertThat(seen(loops)).isEqualTo(all);
      new PartitionRecovery(disk, loops, SystemClock.INSTANCE).run();
      assertThat(loops.all().get(0).execute(() -> {})).isFalse();
      assertThat(loops.recovery().isRead()).isFalse();
      assertThat(seen(loops)).isEqualTo(all);
    }
    disk.close();
    disk = disk();
    try (PartitionLoops loops = loops()) {
      PartitionServer.recover(loops, disk, SystemClock.INSTANCE);
      assertThat(loops.recovery().isRead()).isTrue();
      assertThat(loops.recovery().reading()).isEmpty();
      assertThat(loops.all().get(0).execute(() -> {})).isTrue();
    }
  }

  @Test
  void eachIsMeasuredOnceAndABadOneStopsNobody() {
    List<ReplicaKey> keys = new ArrayList<>();
    for (int pid = 0; pid < 100; pid++) {
      keys.add(new ReplicaKey(1, pid));
    }
    List<ReplicaKey> measured = new ArrayList<>();
    List<ReplicaKey> sorted =
        PartitionRecovery.largestFirst(
            keys,
            key -> {
              measured.add(key);
              if (key.pid() == 98) {
                throw new UncheckedIOException(new IOException("cannot be listed to the end"));
              } else if (key.pid() == 99) {
                throw new NoSuchFileException("gone");
              }
              return 1 + key.pid();
            });
    assertThat(measured).isEqualTo(keys);
    assertThat(sorted).hasSize(100);
    assertThat(sorted.get(0).pid()).isEqualTo(97);
    assertThat(sorted.get(97).pid()).isZero();
    assertThat(sorted.subList(98, 100)).containsExactly(keys.get(98), keys.get(99));
  }

  private static boolean awaitsReaders(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("awaitTermination"));
  }

  private static long openFiles(Path under) {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(
              fd -> {
                try {
                  return Files.readSymbolicLink(fd).startsWith(under);
                } catch (IOException closedMeanwhile) {
                  return false;
                }
              })
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One log is a pipe that nobody writes to, so that reading it takes as long as wanted. */
  @Test
  void itIsNotOverBeforeItsReadersAreAndLeavesNothingOpen() throws Exception {
    Path binlog = directory.binlogPath(new ReplicaKey(TestTable.TID, 0));
    Path segment;
    try (Stream<Path> files = Files.list(binlog)) {
      segment = files.filter(f -> f.toString().endsWith(".seg")).findFirst().orElseThrow();
    }
    DurableFiles.deleteTree(segment);
    assertThat(new ProcessBuilder("mkfifo", segment.toString()).start().waitFor()).isZero();
    Path other = directory.replicaPath(new ReplicaKey(TestTable.TID, 1)).toRealPath();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (PartitionLoops loops = loops()) {
      Thread recovery =
          new Thread(
              () -> {
                try {
                  new PartitionRecovery(disk, loops, SystemClock.INSTANCE).run();
                } catch (IOException | RuntimeException e) {
                  failure.set(e);
                }
              });
      recovery.start();
      await().atMost(PATIENCE).until(() -> loops.recovery().unread() == 1 && openFiles(other) > 0);
      recovery.interrupt();
      await().atMost(PATIENCE).until(() -> awaitsReaders(recovery) || !recovery.isAlive());
      boolean waited = recovery.isAlive();
      try (OutputStream end = Files.newOutputStream(segment)) {
        end.flush();
      }
      recovery.join();
      assertThat(waited).isTrue();
      assertThat(failure.get()).isInstanceOf(IOException.class).hasMessageContaining("interrupted");
      await().atMost(PATIENCE).until(() -> openFiles(other) == 0);
    }
  }
}
