package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.BootMark;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import io.holdfast.tablet.storage.ChunkPool;
import io.holdfast.tablet.storage.MemoryEngine;
import io.holdfast.tablet.storage.WriteOpCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory of engines that are not taken into service, and what a snapshot may hold. */
class ReplicaMemoryTest {
  @TempDir Path directory;

  private StoreLife life(String name) throws Exception {
    return new StoreLife(directory.resolve(name));
  }

  private static void transfer(StoreLife from, StoreLife to, SnapshotManifest manifest) {
    long position = to.snapshots.prepare(manifest);
    while (position < manifest.bytes()) {
      from.snapshots.read(manifest, position, 1 << 20);
      assertThat(from.told()).isEqualTo("read " + position + " null");
      to.snapshots.store(manifest, position, from.bytes);
      position += from.bytes.length;
      assertThat(to.told()).isEqualTo("stored " + position + " true");
    }
  }

  @Test
  void anInstallationThatFailsBehindTheLoadGivesItsMemoryBack() throws Exception {
    try (StoreLife from = life("from");
        StoreLife to = life("to")) {
      from.write(2, 120);
      SnapshotManifest manifest = from.make(2, "");
      long before = to.memory.givenBytes();
      Files.write(to.replica().resolve("aside"), new byte[1]);
      for (int attempt = 0; attempt < 5; attempt++) {
        transfer(from, to, manifest);
        to.snapshots.install(manifest);
        assertThat(to.told()).startsWith("installed ").doesNotContain("null");
      }
      Files.delete(to.replica().resolve("aside"));
      transfer(from, to, manifest);
      to.snapshots.install(manifest);
      assertThat(to.told()).isEqualTo("installed null");
      to.until(() -> true);
      CompletableFuture<Void> closed = new CompletableFuture<>();
      to.disk.abandon(StoreLife.PARTITION, to.store, () -> closed.complete(null));
      closed.get(30, TimeUnit.SECONDS);
      assertThat(to.memory.givenBytes()).as("of engines that nobody has").isEqualTo(before);
    }
  }

  @Test
  void anOpeningThatFailsBehindTheLoadGivesItsMemoryBack() throws Exception {
    try (StoreLife life = life("a")) {
      life.write(1, 300);
      life.make(1, "");
    }
    ChunkPool memory = new ChunkPool(256 << 20, 320 << 20);
    try (DataDirectory opened = DataDirectory.open(directory.resolve("a"), "cluster");
        TabletDisk disk =
            new TabletDisk(
                List.of(
                    new DataVolume(
                        opened,
                        new BinlogWriter("test-writer", 64 << 20, SystemClock.INSTANCE),
                        BootMark.open(opened.root(), "one"))),
                StoreLife.SETTINGS,
                0,
                new DiskEngineSettings(8 << 20, 8 << 20),
                memory,
                SystemClock.INSTANCE)) {
      // Something that makes the steps behind the load fail.
      Files.write(opened.replicaPath(StoreLife.KEY).resolve("aside"), new byte[1]);
      for (int attempt = 0; attempt < 5; attempt++) {
        assertThatThrownBy(() -> disk.open(StoreLife.KEY, task -> {}, false))
            .isInstanceOf(IOException.class);
      }
      assertThat(memory.givenBytes()).as("of engines that nobody has").isZero();
    }
  }

  @Test
  void aReplicaThatEndsWhileASnapshotIsMadeGivesItsMemoryBack() throws Exception {
    try (StoreLife life = life("a")) {
      life.write(1, 2_000);
      life.snapshots.make(1, 2_000, new byte[0]);
      life.turn();
      CompletableFuture<Void> closed = new CompletableFuture<>();
      life.disk.abandon(StoreLife.PARTITION, life.store, () -> closed.complete(null));
      closed.get(30, TimeUnit.SECONDS);
      assertThat(life.memory.givenBytes()).isZero();
    }
  }

  // ---- what a snapshot holds

  private static final long LIMIT_BYTES = 4 << 20;

  private final TableSchema schema = schema();
  private final WriteOpCodec codec = new WriteOpCodec(schema);
  private final MemoryEngine engine = new MemoryEngine(schema);
  private final ArrayDeque<Runnable> disk = new ArrayDeque<>();
  private final List<String> ends = new ArrayList<>();

  private static TableSchema schema() {
    try {
      return TableSchema.of(TestTable.info());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void put(String key, long value) throws Exception {
    engine.apply(
        engine.appliedOffset() + 1, codec.encode(TestTable.put(0, key, value, 1000), 1000));
  }

  private void delete(String key) throws Exception {
    DeleteRequest request =
        DeleteRequest.newBuilder()
            .addDimensions(Dimension.newBuilder().setIdx(0).setKey(key))
            .build();
    engine.apply(engine.appliedOffset() + 1, codec.encode(request, 1000));
  }

  private SnapshotMaking making() throws IOException {
    SnapshotFolder folder = new SnapshotFolder(directory.resolve("snapshots"));
    folder.recover();
    SnapshotHeader header =
        new SnapshotHeader(
            "c",
            TestTable.TID,
            0,
            SnapshotHeader.fingerprint(schema),
            1,
            engine.appliedOffset(),
            engine.logTimeMillis());
    return new SnapshotMaking(
        folder,
        header,
        new byte[0],
        engine,
        new SerialLane(disk::add),
        new BytePace(0),
        SystemClock.INSTANCE,
        LIMIT_BYTES,
        (manifest, problem) -> ends.add(String.valueOf(problem)));
  }

  /** The walk is at its end and all keys wait for a disk that is slow; writes go on. */
  @Test
  void whatIsHeldIsBoundedWhenTheWalkIsAtItsEnd() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      put("k" + i, i);
    }
    SnapshotMaking making = making();
    for (int tick = 0; tick < 100; tick++) {
      making.tick(true, tick);
    }
    long before = engine.reservedBytes();
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < 1_000; i++) {
        put("a string of some length that comes and goes at once again", i);
      }
      delete("a string of some length that comes and goes at once again");
      making.tick(true, 1_000 + round);
      if (round % 20 == 0 && !disk.isEmpty()) {
        // Slow, not stuck.
        disk.removeFirst().run();
      }
    }
    assertThat(engine.reservedBytes() - before)
        .as("a snapshot may hold " + LIMIT_BYTES)
        .isLessThan(2 * LIMIT_BYTES);
  }
}
