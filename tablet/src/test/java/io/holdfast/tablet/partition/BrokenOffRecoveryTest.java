package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.BootMark;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.snapshot.SnapshotReader;
import io.holdfast.tablet.storage.ChunkPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tablet that ends in the middle of a recovery recovers the same the next time. */
class BrokenOffRecoveryTest {
  @TempDir Path directory;
  private int copies;
  private long hash;
  private long lastOffset;

  private static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Dies when it is told of progress for the n-th time. */
  private static final class Mortal extends LoadProgress {
    private int left;

    Mortal(int left) {
      super(StoreLife.PARTITION);
      this.left = left;
    }

    private void age() {
      if (left-- == 0) {
        throw new Death();
      }
    }

    @Override
    public void scanned(long moreBytes, long moreRecords) {
      age();
      super.scanned(moreBytes, moreRecords);
    }

    @Override
    SnapshotReader.Pace ofSnapshot() {
      return position -> age();
    }
  }

  @BeforeEach
  void begin() {
    copies = 0;
  }

  private Path original() {
    return directory.resolve("original");
  }

  /** A snapshot, more log behind it than fits a segment, and a write that was not finished. */
  private void make(StorageMode mode) throws Exception {
    try (StoreLife life = new StoreLife(original(), StoreLife.SETTINGS, mode)) {
      life.write(1, 300);
      life.make(1, "sessions");
      life.write(2, 200);
      hash = life.hash();
      lastOffset = 500;
    }
    Path binlog = replica(original()).resolve("binlog");
    try (Stream<Path> files = Files.list(binlog)) {
      Path last =
          files.filter(f -> f.toString().endsWith(".seg")).sorted().reduce((a, b) -> b).get();
      byte[] bytes = Files.readAllBytes(last);
      int end = bytes.length;
      while (bytes[end - 1] == 0) {
        end--;
      }
      // The last record loses its end.
      byte[] torn = bytes.clone();
      torn[end - 1] = 0;
      torn[end - 2] = 0;
      Files.write(last, torn, StandardOpenOption.TRUNCATE_EXISTING);
    }
  }

  private static Path replica(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> path.endsWith("binlog")).findFirst().orElseThrow().getParent();
    }
  }

  private Path copy() throws IOException {
    Path copy = directory.resolve("copy-" + copies++);
    try (Stream<Path> all = Files.walk(original())) {
      for (Path path : all.toList()) {
        Path to = copy.resolve(original().relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(to);
        } else {
          Files.copy(path, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return copy;
  }

  /** Returns whether it died. */
  private static boolean dies(Path root, int after) throws Exception {
    try (DataDirectory data = DataDirectory.open(root, "cluster");
        TabletDisk disk =
            new TabletDisk(
                List.of(
                    new DataVolume(
                        data,
                        new BinlogWriter("test-writer", 64 << 20, SystemClock.INSTANCE),
                        BootMark.open(data.root(), "one"))),
                StoreLife.SETTINGS,
                0,
                new DiskEngineSettings(8 << 20, 8 << 20),
                new ChunkPool(256 << 20, 320 << 20),
                SystemClock.INSTANCE)) {
      disk.open(StoreLife.KEY, task -> {}, false, new Mortal(after));
      return false;
    } catch (Death e) {
      return true;
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = StorageMode.class,
      names = {"kMemory", "kSSD"})
  void whileFilesAreRead(StorageMode mode) throws Exception {
    make(mode);
    long expected = 0;
    int deaths = 0;
    try (StoreLife life = new StoreLife(copy(), StoreLife.SETTINGS, mode)) {
      life.replay();
      lastOffset = life.store.history().lastOffset();
      assertThat(lastOffset).as("the torn record is gone").isEqualTo(499);
      expected = life.hash();
      assertThat(expected).isNotEqualTo(hash);
    }
    while (true) {
      Path root = copy();
      boolean died = dies(root, deaths);
      // Twice, so that what the first left half done is met by another that is broken off.
      boolean diedAgain = dies(root, deaths / 2);
      try (StoreLife life = new StoreLife(root, StoreLife.SETTINGS, mode)) {
        assertThat(life.store.history().lastOffset()).isEqualTo(lastOffset);
        life.replay();
        assertThat(life.hash()).as("after %s steps", deaths).isEqualTo(expected);
        assertThat(life.store.isLoaded()).isTrue();
      }
      DurableFiles.deleteTree(root);
      if (!died) {
        break;
      }
      assertThat(diedAgain).isTrue();
      deaths++;
    }
    assertThat(deaths).as("places to die at").isGreaterThan(5);
  }

  @ParameterizedTest
  @EnumSource(
      value = StorageMode.class,
      names = {"kMemory", "kSSD"})
  void whileTheLogIsApplied(StorageMode mode) throws Exception {
    make(mode);
    Path root = copy();
    for (int applied : new int[] {0, 1, 57, 120, 198}) {
      try (StoreLife life = new StoreLife(root, StoreLife.SETTINGS, mode)) {
        long from = life.store.engine().appliedOffset();
        List<LogRecord> log = life.store.read(from + 1, 1 << 20);
        log.subList(0, Math.min(applied, log.size())).forEach(life.store::apply);
        if (log.size() > applied) {
          assertThat(life.store.isLoaded()).isFalse();
          assertThat(life.store.loadPercent()).isBetween(50, 99);
          assertThat(life.store.replay().applied()).isEqualTo(applied);
        }
        if (mode == StorageMode.kSSD && applied == 57) {
          life.checkpoint(2, "half way");
        }
      }
    }
    try (StoreLife life = new StoreLife(root, StoreLife.SETTINGS, mode);
        StoreLife whole = new StoreLife(copy(), StoreLife.SETTINGS, mode)) {
      if (mode == StorageMode.kSSD) {
        assertThat(life.snapshots.restoredTo()).as("of the checkpoint half way").isEqualTo(357);
      }
      life.replay();
      whole.replay();
      assertThat(life.hash()).isEqualTo(whole.hash());
      assertThat(life.store.loadPercent()).isEqualTo(100);
    }
  }
}
