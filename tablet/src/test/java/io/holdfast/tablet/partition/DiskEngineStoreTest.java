package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tablet.storage.DiskEngine;
import io.holdfast.tablet.storage.DiskFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica whose rows are on disk: with which state it is opened, whatever was left behind. */
class DiskEngineStoreTest {
  @TempDir Path directory;

  private StoreLife life(String name) throws Exception {
    return new StoreLife(directory.resolve(name), StoreLife.SETTINGS, StorageMode.kSSD);
  }

  private static List<String> states(StoreLife life) throws IOException {
    try (Stream<Path> files = Files.list(life.replica().resolve("engine"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String sessions(StoreLife life) {
    return new String(life.snapshots.sessions());
  }

  /** Only what came behind the last checkpoint is applied again. */
  @Test
  void goesOnFromItsCheckpoint() throws Exception {
    long hash;
    long cut;
    try (StoreLife life = life("a")) {
      assertThat(life.store.engine()).isInstanceOf(DiskEngine.class);
      assertThat(life.snapshots.restoredTo()).isZero();
      life.write(1, 300);
      cut = life.hash();
      life.checkpoint(1, "sessions");
      life.write(2, 40);
      hash = life.hash();
    }
    try (StoreLife life = life("a")) {
      assertThat(life.snapshots.restoredTo()).isEqualTo(300);
      assertThat(life.snapshots.newest()).isNull();
      assertThat(sessions(life)).isEqualTo("sessions");
      assertThat(life.hash()).isEqualTo(cut);
      life.replay();
      assertThat(life.store.engine().appliedOffset()).isEqualTo(340);
      assertThat(life.hash()).isEqualTo(hash);
    }
  }

  /** The log is cut behind snapshots, so making one keeps the state as well. */
  @Test
  void aSnapshotIsACheckpoint() throws Exception {
    long hash;
    try (StoreLife life = life("a")) {
      for (int i = 0; i < 3; i++) {
        life.write(1, 100);
        long flushed = life.disk.engineFigures().bytesFlushed();
        life.make(1, "sessions " + i);
        life.until(() -> life.disk.engineFigures().bytesFlushed() > flushed);
      }
      life.snapshots.trimLog(200);
      life.until(() -> life.snapshots.firstLogOffset() > 150);
      life.write(1, 7);
      hash = life.hash();
    }
    try (StoreLife life = life("a")) {
      assertThat(life.snapshots.restoredTo()).isEqualTo(300);
      assertThat(life.snapshots.newest().offset()).isEqualTo(300);
      assertThat(life.snapshots.previous().offset()).isEqualTo(200);
      assertThat(sessions(life)).isEqualTo("sessions 2");
      life.replay();
      assertThat(life.hash()).isEqualTo(hash);
    }
  }

  /** Records were cut off the log's end, or the machine lost them: the state is not believed. */
  @Test
  void aStateAheadOfTheLogIsMadeAnew() throws Exception {
    long hash;
    try (StoreLife life = life("a")) {
      life.write(1, 100);
      life.make(1, "old");
      life.write(1, 50);
      hash = life.hash();
      life.write(1, 50);
      life.checkpoint(1, "ahead");
      life.store.truncateAfter(150, "a test");
      life.store.flush();
    }
    try (StoreLife life = life("a")) {
      assertThat(life.store.history().lastOffset()).isEqualTo(150);
      assertThat(life.snapshots.restoredTo()).isEqualTo(100);
      assertThat(sessions(life)).isEqualTo("old");
      life.replay();
      assertThat(life.hash()).isEqualTo(hash);
      assertThat(states(life)).containsExactly("2");
    }
  }

  /** The record at the checkpoint's offset is another one now. */
  @Test
  void aStateOfAnotherHistoryIsMadeAnew() throws Exception {
    long hash;
    try (StoreLife life = life("a")) {
      life.write(1, 100);
      life.checkpoint(1, "one");
      life.store.truncateAfter(90, "a test");
      life.append(
          List.of(StoreLife.record(life.store, 2, 91), StoreLife.record(life.store, 2, 92)));
      for (long offset = 93; offset <= 110; offset++) {
        life.append(List.of(StoreLife.record(life.store, 2, offset)));
      }
    }
    try (StoreLife life = life("a")) {
      assertThat(life.snapshots.restoredTo()).isZero();
      life.replay();
      assertThat(life.store.engine().appliedOffset()).isEqualTo(110);
      hash = life.hash();
    }
    try (StoreLife memory =
        new StoreLife(directory.resolve("m"), StoreLife.SETTINGS, StorageMode.kMemory)) {
      memory.write(1, 90);
      memory.write(2, 20);
      assertThat(memory.hash()).isEqualTo(hash);
    }
  }

  /** A received snapshot becomes the state; it need not be read again at the next start. */
  @Test
  void takesOverASnapshot() throws Exception {
    long hash;
    try (StoreLife from =
            new StoreLife(directory.resolve("from"), StoreLife.SETTINGS, StorageMode.kMemory);
        StoreLife to = life("to")) {
      from.write(2, 120);
      SnapshotManifest manifest = from.make(2, "theirs");
      to.write(1, 30);
      to.checkpoint(1, "ours");
      receive(from, to, manifest);
      long flushed = to.disk.engineFigures().bytesFlushed();
      to.snapshots.install(manifest);
      assertThat(to.told()).isEqualTo("installed null");
      assertThat(to.store.engine().appliedOffset()).isEqualTo(120);
      assertThat(sessions(to)).isEqualTo("theirs");
      assertThat(to.hash()).isEqualTo(from.hash());
      to.until(() -> to.disk.engineFigures().bytesFlushed() > flushed);
      to.until(() -> to.disk.engineFigures().engines() == 1);
      to.write(2, 7);
      from.write(2, 7);
      hash = from.hash();
      assertThat(to.hash()).isEqualTo(hash);
    }
    try (StoreLife to = life("to")) {
      assertThat(to.snapshots.restoredTo()).isEqualTo(120);
      assertThat(sessions(to)).isEqualTo("theirs");
      assertThat(states(to)).containsExactly("2");
      to.replay();
      assertThat(to.hash()).isEqualTo(hash);
    }
  }

  private static void receive(StoreLife from, StoreLife to, SnapshotManifest manifest) {
    assertThat(to.snapshots.prepare(manifest)).isZero();
    from.snapshots.read(manifest, 0, (int) manifest.bytes());
    assertThat(from.told()).isEqualTo("read 0 null");
    to.snapshots.store(manifest, 0, from.bytes);
    assertThat(to.told()).isEqualTo("stored " + manifest.bytes() + " true");
  }

  /** A crash came between taking the snapshot and beginning the log anew. */
  @Test
  void aSnapshotBeyondTheLogCountsForMoreThanTheState() throws Exception {
    long hash;
    try (StoreLife from = life("from");
        StoreLife to = life("to")) {
      from.write(2, 120);
      from.make(2, "theirs");
      hash = from.hash();
      to.write(1, 30);
      to.checkpoint(1, "ours");
    }
    Path whole = Path.of("snapshots", String.format("%020d", 120));
    Path theirs = replica("from").resolve(whole);
    Path ours = replica("to").resolve(whole);
    Files.createDirectories(ours);
    try (Stream<Path> files = Files.walk(theirs)) {
      for (Path file : files.toList()) {
        Path to = ours.resolve(theirs.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    try (StoreLife to = life("to")) {
      assertThat(to.snapshots.restoredTo()).isEqualTo(120);
      assertThat(to.hash()).isEqualTo(hash);
      assertThat(to.store.flags().has(Flag.AMNESIAC)).isTrue();
      assertThat(states(to)).hasSize(1);
    }
  }

  private Path replica(String name) throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve(name))) {
      return all.filter(path -> path.endsWith("engine")).findFirst().orElseThrow().getParent();
    }
  }

  /** Somebody met with damage: the replica ends at the next look, and its state is made anew. */
  @Test
  void damageEndsTheReplicaAndNotTheTablet() throws Exception {
    long hash;
    try (StoreLife life = life("a")) {
      life.write(1, 2000);
      life.checkpoint(1, "");
      hash = life.hash();
    }
    Path state = replica("a").resolve("engine/1");
    try (Stream<Path> files = Files.list(state)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int at = bytes.length / 8; at < bytes.length / 5; at += 500) {
          bytes[at] ^= 1;
        }
        Files.write(file, bytes);
      }
    }
    try (StoreLife life = life("a")) {
      DiskFailure met = null;
      try {
        long unused = life.hash();
      } catch (DiskFailure e) {
        met = e;
      }
      assertThat(met).isNotNull();
      life.store.engineFailed(met);
      assertThat(life.store.failure()).hasMessageContaining("checksum");
      assertThat(ReplicaReopener.mayHelp(met)).isTrue();
      life.store.engine().close();
      assertThat(Files.exists(state)).isFalse();
    }
    try (StoreLife life = life("a")) {
      assertThat(life.snapshots.restoredTo()).isZero();
      life.replay();
      assertThat(life.hash()).isEqualTo(hash);
    }
  }
}
