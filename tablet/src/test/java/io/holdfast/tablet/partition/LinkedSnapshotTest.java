package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.SnapshotManifest.Part;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tablet.snapshot.SnapshotException;
import io.holdfast.tablet.snapshot.SnapshotFiles;
import io.holdfast.tablet.snapshot.SnapshotReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of tables on disk are the files that the engine has anyway. */
class LinkedSnapshotTest {
  @TempDir Path directory;

  private StoreLife life(String name) throws Exception {
    return life(directory.resolve(name));
  }

  private static StoreLife life(Path root) throws Exception {
    return new StoreLife(root, StoreLife.SETTINGS, StorageMode.kSSD);
  }

  private static Path snapshot(StoreLife life, long offset) {
    return life.replica().resolve("snapshots").resolve(String.format(Locale.ROOT, "%020d", offset));
  }

  /** What files take, each inode once, as du counts. */
  private static long diskUsed(Path... trees) throws IOException {
    Set<Object> seen = new HashSet<>();
    long bytes = 0;
    for (Path tree : trees) {
      if (Files.exists(tree)) {
        try (Stream<Path> all = Files.walk(tree)) {
          for (Path file : all.filter(Files::isRegularFile).toList()) {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            bytes += seen.add(is.fileKey()) ? is.size() : 0;
          }
        }
      }
    }
    return bytes;
  }

  @Test
  void takesNoRoomWhileTheEngineHasTheFiles() throws Exception {
    try (StoreLife life = life("a")) {
      life.write(1, 30_000);
      life.checkpoint(1, "");
      life.until(() -> life.store.engine().diskBytes() > 0);
      Path engine = life.replica().resolve("engine");
      Path snapshots = life.replica().resolve("snapshots");
      long before = diskUsed(engine, snapshots);
      SnapshotManifest manifest = life.make(1, "sessions");
      long after = diskUsed(engine, snapshots);
      assertThat(before).isGreaterThan(100_000);
      assertThat(after - before).as("growth of %s bytes", before).isLessThan(before / 20);
      assertThat(manifest.bytes()).isGreaterThan(before / 2);
      assertThat(life.snapshots.diskBytes() - life.snapshots.logBytesAfter(0))
          .as("what is reported")
          .isLessThan(after + after / 10);
      assertThat(manifest.parts().stream().map(Part::name).toList())
          .startsWith("state", "sums")
          .contains("db/CURRENT")
          .anyMatch(name -> name.endsWith(".sst"));
      // The next one has files in common, which are not read again, and new ones.
      life.write(1, 100);
      SnapshotManifest next = life.make(1, "later");
      assertThat(next.parts()).contains(manifest.parts().get(2)).isNotEqualTo(manifest.parts());
      life.snapshots.verify(next, life.snapshots.expected(), SnapshotReader.Pace.NONE);
    }
  }

  /** Exactly the state at the call, whatever is written before the files are linked. */
  @Test
  void isTheStateAtItsCheckpoint() throws Exception {
    long hash;
    try (StoreLife life = life("a")) {
      List<LogRecord> batch = new ArrayList<>();
      for (long offset = 1; offset <= 750; offset++) {
        batch.add(StoreLife.record(life.store, 1, offset));
      }
      life.append(batch);
      batch.subList(0, 500).forEach(life.store::apply);
      hash = life.hash();
      life.snapshots.make(1, 500, "then".getBytes());
      for (LogRecord record : batch.subList(500, 750)) {
        int unused = life.store.apply(record);
        assertThat(life.snapshots.checkpointDue(Long.MAX_VALUE / 2)).isFalse();
      }
      life.until(() -> life.snapshots.newest() != null);
      assertThat(life.snapshots.newest().offset()).isEqualTo(500);
      // From now on there may be checkpoints again.
      life.until(() -> life.snapshots.checkpointDue(System.nanoTime() + 120_000_000_000L));
    }
    try (StoreLife life = life("a")) {
      DurableFiles.deleteTree(life.replica().resolve("engine"));
    }
    try (StoreLife life = life("a")) {
      assertThat(life.snapshots.restoredTo()).isEqualTo(500);
      assertThat(new String(life.snapshots.sessions())).isEqualTo("then");
      assertThat(life.hash()).isEqualTo(hash);
      life.replay();
      assertThat(life.store.engine().appliedOffset()).isEqualTo(750);
    }
  }

  private static long transfer(
      StoreLife from, StoreLife to, SnapshotManifest manifest, int chunk, long until) {
    long position = to.snapshots.prepare(manifest);
    while (position < until) {
      from.snapshots.read(manifest, position, chunk);
      assertThat(from.told()).isEqualTo("read " + position + " null");
      assertThat(from.bytes.length).isBetween(1, chunk);
      to.snapshots.store(manifest, position, from.bytes);
      position += from.bytes.length;
      assertThat(to.told()).isEqualTo("stored " + position + " true");
    }
    return position;
  }

  @Test
  void isSentFileByFileAndGoesOnAfterABreak() throws Exception {
    long hash;
    try (StoreLife from = life("from")) {
      from.write(2, 3_000);
      from.checkpoint(2, "");
      from.write(2, 2_000);
      SnapshotManifest manifest = from.make(2, "theirs");
      assertThat(manifest.parts()).hasSize(6);
      long whole = manifest.parts().stream().limit(3).mapToLong(Part::bytes).sum();
      long broken = whole + manifest.parts().get(3).bytes() / 2;
      try (StoreLife to = life("to")) {
        to.write(1, 30);
        to.make(1, "ours");
        transfer(from, to, manifest, 4_000, broken);
      }
      try (StoreLife to = life("to")) {
        to.replay();
        assertThat(to.snapshots.prepare(manifest))
            .as("all parts that were whole are kept")
            .isEqualTo(whole);
        transfer(from, to, manifest, 4_000, manifest.bytes());
        to.snapshots.install(manifest);
        assertThat(to.told()).isEqualTo("installed null");
        assertThat(to.store.engine().appliedOffset()).isEqualTo(5_000);
        assertThat(to.hash()).isEqualTo(from.hash());
        assertThat(new String(to.snapshots.sessions())).isEqualTo("theirs");
        to.snapshots.verify(
            to.snapshots.newest(), to.snapshots.expected(), SnapshotReader.Pace.NONE);
        to.until(() -> to.disk.engineFigures().engines() == 1);
        // As a state of its own, and it hands the snapshot on.
        to.write(2, 7);
        to.checkpoint(2, "further");
        hash = to.hash();
        try (StoreLife third = life("third")) {
          transfer(to, third, manifest, 1 << 20, manifest.bytes());
          third.snapshots.install(manifest);
          assertThat(third.told()).isEqualTo("installed null");
          assertThat(third.hash()).isEqualTo(from.hash());
        }
      }
    }
    try (StoreLife to = life("to")) {
      assertThat(to.snapshots.restoredTo()).isEqualTo(5_007);
      assertThat(to.hash()).isEqualTo(hash);
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int value = bytes.read();
      bytes.seek(at);
      bytes.write(value ^ 4);
    }
  }

  @Test
  void aFlippedByteIsFoundWithFileAndPlace() throws Exception {
    try (StoreLife life = life("a")) {
      life.write(1, 2_000);
      SnapshotManifest manifest = life.make(1, "sessions");
      Path where = snapshot(life, 2_000);
      for (Part part : manifest.parts()) {
        // Not through the link: the engine goes on.
        Path file = where.resolve(part.name());
        Path kept = directory.resolve("kept");
        Files.move(file, kept);
        Files.copy(kept, file);
        for (long at : new long[] {0, part.bytes() / 2, part.bytes() - 1}) {
          flip(file, at);
          for (Throwable found :
              List.of(
                  catchThrowable(
                      () ->
                          life.snapshots.verify(
                              manifest, life.snapshots.expected(), SnapshotReader.Pace.NONE)),
                  catchThrowable(
                      () ->
                          SnapshotFiles.verify(
                              where, null, null, sessions -> {}, SnapshotReader.Pace.NONE)))) {
            assertThat(found).as("%s at %s", part.name(), at).isInstanceOf(SnapshotException.class);
            if (part.name().startsWith("db/")) {
              assertThat(found)
                  .hasMessageContaining("file " + part.name())
                  .hasMessageContaining("between bytes 0 and " + part.bytes());
            }
          }
          flip(file, at);
        }
        Files.delete(file);
        assertThat(
                catchThrowable(
                    () ->
                        life.snapshots.verify(
                            manifest, life.snapshots.expected(), SnapshotReader.Pace.NONE)))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(part.name());
        Files.move(kept, file);
      }
      life.snapshots.verify(manifest, life.snapshots.expected(), SnapshotReader.Pace.NONE);
    }
  }

  /** Rot in a file that engine and snapshots share: none of them is gone on with. */
  @Test
  void rotInASharedFileIsNotBelieved() throws Exception {
    try (StoreLife life = life("a")) {
      life.write(1, 2_000);
      life.make(1, "");
    }
    try (StoreLife life = life("a")) {
      SnapshotManifest manifest = life.snapshots.newest();
      Part rows =
          manifest.parts().stream().filter(p -> p.name().endsWith(".sst")).findFirst().get();
      flip(snapshot(life, 2_000).resolve(rows.name()), rows.bytes() / 3);
      life.snapshots.check(manifest);
      assertThat(life.told()).isEqualTo("damaged 2000");
      DurableFiles.deleteTree(life.replica().resolve("engine"));
    }
    try (StoreLife life = life("a")) {
      assertThat(life.snapshots.newest()).isNull();
      assertThat(life.snapshots.restoredTo()).as("from the log").isZero();
      life.replay();
      assertThat(life.store.engine().appliedOffset()).isEqualTo(2_000);
    }
  }

  /** What a crash leaves half made is removed, and the snapshot before counts. */
  @Test
  void whatIsHalfMadeGoes() throws Exception {
    long hash;
    Path replica;
    try (StoreLife life = life("a")) {
      life.write(1, 300);
      life.make(1, "old");
      life.write(1, 30);
      hash = life.hash();
      replica = life.replica();
      // As far as links, without a manifest; and an engine begun from it, without CURRENT.
      Path whole = snapshot(life, 300);
      Path making = replica.resolve("snapshots/making/db");
      Path engine = replica.resolve("engine/7");
      Files.createDirectories(making);
      Files.createDirectories(engine);
      try (Stream<Path> files = Files.list(whole.resolve("db"))) {
        for (Path file : files.toList()) {
          Files.createLink(making.resolve(file.getFileName()), file);
          if (!file.endsWith("CURRENT")) {
            Files.createLink(engine.resolve(file.getFileName()), file);
          }
        }
      }
    }
    try (StoreLife life = life("a")) {
      assertThat(Files.exists(replica.resolve("snapshots/making"))).isFalse();
      assertThat(Files.exists(replica.resolve("engine/7"))).isFalse();
      assertThat(life.snapshots.newest().offset()).isEqualTo(300);
      life.snapshots.verify(
          life.snapshots.newest(), life.snapshots.expected(), SnapshotReader.Pace.NONE);
      life.replay();
      assertThat(life.hash()).isEqualTo(hash);
    }
  }

  /** In the process that is killed: writes and makes snapshots until then. */
  static final class Writer {
    private Writer() {}

    /** Runs it: DIRECTORY. */
    public static void main(String[] args) throws Exception {
      try (StoreLife life = life(Path.of(args[0]))) {
        life.replay();
        while (true) {
          life.write(1, 400);
          life.make(1, "s" + life.store.engine().appliedOffset());
          System.out.println("made " + life.made.offset());
        }
      }
    }
  }

  @Test
  void aKillAtAnyMomentLeavesAWholeSnapshot() throws Exception {
    Path root = directory.resolve("killed");
    long told = 0;
    for (int round = 1; round <= 4; round++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  classPath(),
                  Writer.class.getName(),
                  root.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader lines = writer.inputReader()) {
        int left = round;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("made ")) {
            told = Long.parseLong(line.substring(5));
            if (--left == 0) {
              break;
            }
          }
        }
      } finally {
        writer.destroyForcibly().waitFor();
      }
      try (StoreLife life = life(root)) {
        assertThat(told).isPositive();
        SnapshotManifest newest = life.snapshots.newest();
        assertThat(newest.offset()).isGreaterThanOrEqualTo(told);
        life.snapshots.verify(newest, life.snapshots.expected(), SnapshotReader.Pace.NONE);
        life.replay();
        assertSame(life);
      }
    }
  }

  /** The state is the one that the log makes. */
  private void assertSame(StoreLife life) throws Exception {
    try (StoreLife memory =
        new StoreLife(
            directory.resolve("memory" + life.store.engine().appliedOffset()),
            StoreLife.SETTINGS,
            StorageMode.kMemory)) {
      for (long offset = 1; offset <= life.store.engine().appliedOffset(); offset++) {
        LogRecord record = StoreLife.record(memory.store, 1, offset);
        int unused = memory.store.apply(record);
      }
      assertThat(life.hash()).isEqualTo(memory.hash());
    }
  }

  private static String classPath() throws Exception {
    // The class path of a runner need not be that of the classes.
    Set<String> paths = new java.util.LinkedHashSet<>();
    for (ClassLoader loader = LinkedSnapshotTest.class.getClassLoader();
        loader != null;
        loader = loader.getParent()) {
      if (loader instanceof java.net.URLClassLoader urls) {
        for (java.net.URL url : urls.getURLs()) {
          paths.add(Path.of(url.toURI()).toString());
        }
      }
    }
    paths.add(System.getProperty("java.class.path"));
    return String.join(java.io.File.pathSeparator, paths);
  }
}
