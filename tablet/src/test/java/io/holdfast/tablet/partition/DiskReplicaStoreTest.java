package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.binlog.BinlogSettings;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.BootMark;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.storage.ChunkPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store was told to keep is there when it is opened again, and nothing else is. */
class DiskReplicaStoreTest {
  private static final PartitionId PARTITION = new PartitionId(TestTable.TID, 0);
  private static final ReplicaKey KEY = new ReplicaKey(TestTable.TID, 0);
  private static final Executor DIRECT = Runnable::run;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path root;

  /** One life of a tablet's disk. */
  private String bootId = "one";

  private final class Life implements AutoCloseable {
    final DataDirectory directory;
    final TabletDisk disk;

    Life() throws IOException {
      directory = DataDirectory.open(root, "cluster");
      BinlogWriter writer = new BinlogWriter("test-writer", 1 << 20, SystemClock.INSTANCE);
      disk =
          new TabletDisk(
              List.of(new DataVolume(directory, writer, BootMark.open(directory.root(), bootId))),
              new BinlogSettings(4096, 1024, 4),
              0,
              new DiskEngineSettings(8 << 20, 8 << 20),
              new ChunkPool(256 << 20, 320 << 20),
              SystemClock.INSTANCE);
    }

    DiskReplicaStore create(Durability durability) throws Exception {
      TableOptions options = new TableOptions(1, AckMode.ALL, 1, ReadMode.LEADER, durability);
      return disk.create(PARTITION, TestTable.spec(options), false, DIRECT);
    }

    DiskReplicaStore create() throws Exception {
      return disk.create(PARTITION, TestTable.spec(TableOptions.defaults(1)), false, DIRECT);
    }

    DiskReplicaStore open() throws Exception {
      return disk.open(KEY, DIRECT, false);
    }

    @Override
    public void close() throws IOException {
      disk.close();
      directory.close();
    }
  }

  private static LogRecord write(DiskReplicaStore store, long term, long offset) throws Exception {
    byte[] payload =
        store.codec().encode(TestTable.put(0, "k" + offset, offset, 1_000 + offset), 1_000);
    return new LogRecord(term, offset, LogRecord.Type.WRITE, SessionId.NONE, 0, payload);
  }

  private static void awaitDurable(DiskReplicaStore store, long offset) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              SyncMailbox.Synced synced = store.takeSynced();
              return synced != null && synced.offset() == offset;
            });
  }

  @Test
  void aStoreComesBackWithItsIdentityItsTermAndItsLog() throws Exception {
    DiskReplicaStore first;
    try (Life life = new Life()) {
      first = life.create();
      assertThat(first.isNew()).isTrue();
      first.persistTerm(3);
      first.append(List.of(LogRecord.termStart(3, 1), write(first, 3, 2)), 0, 0);
      first.append(List.of(write(first, 3, 3)), 0, 0);
      first.flush();
      awaitDurable(first, 3);
    }
    try (Life life = new Life()) {
      DiskReplicaStore again = life.open();
      assertThat(again.isNew()).isFalse();
      assertThat(again.flags().isClean()).isTrue();
      assertThat(again.uid()).isEqualTo(first.uid());
      assertThat(again.term()).isEqualTo(3);
      assertThat(again.table()).isEqualTo(first.table());
      assertThat(again.history().lastOffset()).isEqualTo(3);
      assertThat(again.history().lastTerm()).isEqualTo(3);
      // The rows come back by applying the log again, when the leader says how far it is committed.
      again.read(1, 1 << 20).forEach(again::apply);
      assertThat(again.rows()).isEqualTo(2);
    }
  }

  /**
   * A table that is not synced: its process may die, its machine may be shut down, but when the
   * machine stops, its replica knows that it may have lost something, until a leader says
   * otherwise.
   */
  @Test
  void anUnsyncedReplicaKnowsWhenItsMachineStopped() throws Exception {
    try (Life life = new Life()) {
      life.disk.opened(List.of());
      DiskReplicaStore store = life.create(Durability.OS);
      store.append(List.of(LogRecord.termStart(1, 1)), 0, 0);
      store.flush();
      awaitDurable(store, 1);
      assertThat(store.binlog().syncedOffset()).isZero();
    }
    assertThat(root.resolve("boot")).content().isEqualTo("one\nclean\n");
    // Shut down and started again.
    bootId = "two";
    try (Life life = new Life()) {
      assertThat(life.open().flags().isClean()).isTrue();
    }
    // Killed within one boot: the mark says that somebody was at work.
    Files.writeString(root.resolve("boot"), "two\nrunning\n");
    try (Life life = new Life()) {
      assertThat(life.open().flags().isClean()).isTrue();
      assertThat(root.resolve("boot")).content().isEqualTo("two\nrunning\n");
    }
    // The machine stopped under a running process.
    Files.writeString(root.resolve("boot"), "two\nrunning\n");
    bootId = "three";
    try (Life life = new Life()) {
      assertThat(life.open().flags()).isEqualTo(ReplicaFlags.of(Flag.AMNESIAC));
      // Until all replicas were opened, a next process would have to find out, too.
      assertThat(root.resolve("boot")).content().isEqualTo("two\nrunning\n");
      life.disk.opened(List.of());
    }
    try (Life life = new Life()) {
      DiskReplicaStore store = life.open();
      assertThat(store.flags()).isEqualTo(ReplicaFlags.of(Flag.AMNESIAC));
      store.persistFlags(ReplicaFlags.NONE);
    }
    try (Life life = new Life()) {
      assertThat(life.open().flags().isClean()).isTrue();
    }
  }

  @Test
  void readsNeverReachBehindACutThatIsStillOnItsWayToTheDisk() throws Exception {
    try (Life life = new Life()) {
      DiskReplicaStore store = life.create();
      store.append(
          List.of(LogRecord.termStart(1, 1), write(store, 1, 2), write(store, 1, 3)), 0, 0);
      store.flush();
      awaitDurable(store, 3);
      assertThat(store.read(1, 1 << 20)).hasSize(3);

      store.truncateAfter(1, "test");
      store.append(List.of(LogRecord.termStart(2, 2)), 1, 1);
      assertThat(store.read(1, 1 << 20)).hasSize(1);
      assertThat(store.read(2, 1 << 20)).isEmpty();

      store.flush();
      awaitDurable(store, 2);
      assertThat(store.read(1, 1 << 20)).extracting(LogRecord::term).containsExactly(1L, 2L);
    }
    try (Life life = new Life()) {
      assertThat(life.open().history().lastTerm()).isEqualTo(2);
    }
  }

  @Test
  void aDroppedReplicaIsPutAsideWithWhatWasWrittenLast() throws Exception {
    try (Life life = new Life()) {
      DiskReplicaStore store = life.create();
      store.append(List.of(LogRecord.termStart(1, 1)), 0, 0);
      store.flush();
      life.disk.retire(PARTITION, store);
      await().atMost(PATIENCE).until(() -> !Files.exists(life.directory.replicaPath(KEY)));
      try (Stream<Path> bin = Files.list(root.resolve("recycle"))) {
        assertThat(bin).hasSize(1);
      }
      // A new replica of the same partition is another copy.
      assertThat(life.create().uid()).isNotEqualTo(store.uid());
    }
  }
}
