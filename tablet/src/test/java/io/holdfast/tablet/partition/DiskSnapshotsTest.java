package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.binlog.LogExchange;
import io.holdfast.tablet.replication.TermHistory;
import io.holdfast.tablet.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots on disk: made, opened from, sent, received and taken over, whatever stops between. */
class DiskSnapshotsTest {
  @TempDir Path directory;

  private StoreLife life(String name) throws Exception {
    return new StoreLife(directory.resolve(name));
  }

  private static List<String> names(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Path state(StoreLife life, long offset) {
    return life.replica().resolve(String.format("snapshots/%020d/state", offset));
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aReplicaOpensWithItsSnapshotAndTheLogBehindIt() throws Exception {
    long hash;
    long cut;
    SnapshotManifest manifest;
    try (StoreLife life = life("a")) {
      life.write(1, 300);
      cut = life.hash();
      life.snapshots.make(1, 300, "sessions".getBytes(StandardCharsets.UTF_8));
      // What is applied from here on is not in it.
      life.write(1, 40);
      assertThat(life.told()).isEqualTo("made null");
      manifest = life.made;
      assertThat(life.snapshots.newest()).isEqualTo(manifest);
      life.write(2, 10);
      hash = life.hash();
    }
    try (StoreLife life = life("a")) {
      assertThat(life.snapshots.newest()).isEqualTo(manifest);
      assertThat(life.snapshots.previous()).isNull();
      assertThat(life.snapshots.sessions()).asString().isEqualTo("sessions");
      assertThat(life.store.engine().appliedOffset()).isEqualTo(300);
      assertThat(life.hash()).isEqualTo(cut);
      assertThat(life.store.flags().isClean()).isTrue();
      life.replay();
      assertThat(life.store.engine().appliedOffset()).isEqualTo(350);
      assertThat(life.hash()).isEqualTo(hash);
      // The same once more is the same.
      life.snapshots.make(2, 350, new byte[0]);
      assertThat(life.told()).isEqualTo("made null");
      life.snapshots.make(2, 350, new byte[0]);
      assertThat(life.told()).isEqualTo("made null");
      assertThat(life.snapshots.previous()).isEqualTo(manifest);
    }
  }

  /**
   * A snapshot that the disk refused ends with its report: the next one is made as if it never was.
   */
  @Test
  void aSnapshotThatCouldNotBeMadeDoesNotHinderTheNext() throws Exception {
    try (StoreLife life = life("a")) {
      life.write(1, 300);
      Path folder = life.replica().resolve("snapshots");
      Files.delete(folder);
      life.snapshots.make(1, 300, new byte[0]);
      assertThat(life.toldAtOnce()).startsWith("made ").contains("NoSuchFile");
      Files.createDirectory(folder);
      life.write(1, 1);
      life.snapshots.make(1, 301, new byte[0]);
      assertThat(life.told()).isEqualTo("made null");
      assertThat(life.snapshots.newest().offset()).isEqualTo(301);
    }
  }

  @Test
  void theTwoNewestAreKeptAndTheLogIsTrimmedNoFurtherThanASnapshot() throws Exception {
    long hash;
    try (StoreLife life = life("a")) {
      for (int i = 0; i < 4; i++) {
        life.write(1, 100);
        life.make(1, "");
      }
      life.until(() -> files(life.replica().resolve("snapshots")) == 2);
      assertThat(life.snapshots.newest().offset()).isEqualTo(400);
      assertThat(life.snapshots.previous().offset()).isEqualTo(300);
      assertThat(life.snapshots.firstLogOffset()).isEqualTo(1);
      long before = life.snapshots.logBytesAfter(0);
      life.snapshots.trimLog(300);
      // A file at a time, each of about forty records.
      life.until(() -> life.snapshots.firstLogOffset() > 250);
      assertThat(life.snapshots.firstLogOffset()).isLessThanOrEqualTo(301);
      assertThat(life.snapshots.logBytesAfter(0)).isLessThan(before / 2);
      assertThatThrownBy(() -> life.snapshots.trimLog(401))
          .isInstanceOf(IllegalStateException.class);
      life.write(3, 5);
      hash = life.hash();
    }
    try (StoreLife life = life("a")) {
      TermHistory history = life.store.history();
      assertThat(history.baseOffset()).isEqualTo(life.snapshots.firstLogOffset() - 1);
      assertThat(history.baseTerm()).isEqualTo(1);
      assertThat(history.lastOffset()).isEqualTo(405);
      assertThat(history.lastTerm()).isEqualTo(3);
      assertThat(life.snapshots.previous().offset()).isEqualTo(300);
      life.replay();
      assertThat(life.hash()).isEqualTo(hash);
    }
  }

  private static int files(Path path) {
    try {
      return names(path).size();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Two snapshots, of 100 and 200, and ten records behind. */
  private long hashOfTwoSnapshots(String name, boolean trimmed) throws Exception {
    try (StoreLife life = life(name)) {
      life.write(1, 100);
      life.make(1, "first");
      life.write(1, 100);
      life.make(1, "second");
      life.write(1, 10);
      if (trimmed) {
        life.snapshots.trimLog(100);
        life.until(() -> life.snapshots.firstLogOffset() > 1);
      }
      return life.hash();
    }
  }

  @Test
  void theOneBeforeServesWhenTheNewestIsDamaged() throws Exception {
    long hash = hashOfTwoSnapshots("a", true);
    try (StoreLife life = life("a")) {
      flip(state(life, 200));
    }
    for (int start = 0; start < 2; start++) {
      try (StoreLife life = life("a")) {
        assertThat(life.snapshots.newest().offset()).isEqualTo(100);
        assertThat(life.snapshots.previous()).isNull();
        assertThat(life.snapshots.sessions()).asString().isEqualTo("first");
        assertThat(life.store.flags().isClean()).isTrue();
        assertThat(names(life.replica().resolve("snapshots")))
            .containsExactly("00000000000000000100", "damaged-200");
        life.replay();
        assertThat(life.hash()).isEqualTo(hash);
      }
    }
  }

  @Test
  void aWholeLogServesWhenAllSnapshotsAreDamaged() throws Exception {
    long hash = hashOfTwoSnapshots("a", false);
    try (StoreLife life = life("a")) {
      flip(state(life, 200));
      Files.delete(state(life, 100).resolveSibling("MANIFEST"));
    }
    try (StoreLife life = life("a")) {
      assertThat(life.snapshots.newest()).isNull();
      assertThat(life.store.engine().appliedOffset()).isZero();
      life.replay();
      assertThat(life.hash()).isEqualTo(hash);
    }
  }

  /**
   * A log that begins in the middle, without what came before, is never taken for a whole one. It
   * is kept for a look, and the copy says of itself that it has lost what it acknowledged.
   */
  @Test
  void aTrimmedLogWithoutASnapshotIsPutAsideAndTheCopyBeginsFromNothing() throws Exception {
    long unused = hashOfTwoSnapshots("a", true);
    List<String> segments;
    try (StoreLife life = life("a")) {
      flip(state(life, 200));
      flip(state(life, 100));
      segments = names(life.replica().resolve("binlog"));
    }
    for (int start = 0; start < 2; start++) {
      try (StoreLife life = life("a")) {
        assertThat(life.store.flags()).isEqualTo(ReplicaFlags.of(Flag.AMNESIAC));
        assertThat(life.snapshots.newest()).isNull();
        assertThat(life.store.history().lastOffset()).isZero();
        assertThat(life.store.engine().appliedOffset()).isZero();
        assertThat(names(life.replica().resolve("aside/00000001"))).isEqualTo(segments);
        assertThat(names(life.replica().resolve("snapshots")))
            .containsExactly("damaged-100", "damaged-200");
      }
    }
  }

  /** Whatever is missing between a snapshot and the log, the snapshot is state that was true. */
  @Test
  void anIntactSnapshotThatTheLogDoesNotReachBackToIsGoneOnFrom() throws Exception {
    long cut;
    try (StoreLife life = life("a")) {
      life.write(1, 100);
      cut = life.hash();
      life.make(1, "first");
      life.write(1, 100);
    }
    try (StoreLife life = life("a")) {
      List<String> segments =
          names(life.replica().resolve("binlog")).stream()
              .filter(file -> file.endsWith(".seg"))
              .toList();
      for (String segment : segments.subList(0, segments.size() - 1)) {
        Files.delete(life.replica().resolve("binlog").resolve(segment));
      }
    }
    try (StoreLife life = life("a")) {
      assertThat(life.store.flags()).isEqualTo(ReplicaFlags.of(Flag.AMNESIAC));
      assertThat(life.snapshots.newest().offset()).isEqualTo(100);
      assertThat(life.hash()).isEqualTo(cut);
      assertThat(life.store.history().lastOffset()).isEqualTo(100);
    }
  }

  // ---- from one replica to another

  /** Sends from where it is missing, in pieces; damages one on the way if wanted. */
  private static void transfer(
      StoreLife from, StoreLife to, SnapshotManifest manifest, long upTo, long damageAt) {
    long position = to.snapshots.prepare(manifest);
    while (position < upTo) {
      from.snapshots.read(manifest, position, (int) Math.max(700, manifest.bytes() / 40));
      assertThat(from.told()).isEqualTo("read " + position + " null");
      byte[] bytes = from.bytes;
      if (damageAt >= position && damageAt < position + bytes.length) {
        bytes[(int) (damageAt - position)] ^= 1;
      }
      to.snapshots.store(manifest, position, bytes);
      position += bytes.length;
      assertThat(to.told()).isEqualTo("stored " + position + " true");
    }
  }

  @Test
  void aReplicaTakesOverTheSnapshotOfAnother() throws Exception {
    try (StoreLife from = life("from")) {
      from.write(2, 120);
      SnapshotManifest manifest = from.make(2, "theirs");
      long hash;
      try (StoreLife to = life("to")) {
        to.write(1, 30);
        to.make(1, "ours");
        transfer(from, to, manifest, manifest.bytes(), -1);
        assertThat(to.store.engine().appliedOffset()).isEqualTo(30);
        to.snapshots.install(manifest);
        // Refused while the file is in use.
        to.snapshots.store(manifest, 0, new byte[1]);
        assertThat(to.told()).startsWith("stored").endsWith("false");
        assertThat(to.told()).isEqualTo("installed null");
        assertThat(to.snapshots.newest()).isEqualTo(manifest);
        assertThat(to.snapshots.previous()).isNull();
        assertThat(to.snapshots.sessions()).asString().isEqualTo("theirs");
        assertThat(to.hash()).isEqualTo(from.hash());
        assertThat(to.snapshots.firstLogOffset()).isEqualTo(121);
        assertThat(to.store.read(1, 1 << 20)).isEmpty();
        to.write(2, 7);
        assertThat(to.store.read(121, 1 << 20)).hasSize(7);
        from.write(2, 7);
        hash = from.hash();
        assertThat(to.hash()).isEqualTo(hash);
        to.until(() -> files(to.replica().resolve("snapshots")) == 1);
      }
      try (StoreLife to = life("to")) {
        assertThat(to.store.flags().isClean()).isTrue();
        assertThat(to.store.history().baseOffset()).isEqualTo(120);
        assertThat(to.store.history().baseTerm()).isEqualTo(2);
        assertThat(to.store.history().lastOffset()).isEqualTo(127);
        to.replay();
        assertThat(to.hash()).isEqualTo(hash);
      }
    }
  }

  @Test
  void aTransferGoesOnAfterARestart() throws Exception {
    try (StoreLife from = life("from")) {
      from.write(2, 400);
      // Sessions make blocks of a megabyte, so that half of the file has whole ones.
      SnapshotManifest manifest = from.make(2, "s".repeat(3_000_000));
      try (StoreLife to = life("to")) {
        transfer(from, to, manifest, manifest.bytes() / 2, -1);
      }
      try (StoreLife to = life("to")) {
        long position = to.snapshots.prepare(manifest);
        assertThat(position).isBetween(manifest.bytes() / 4, manifest.bytes() * 6 / 10);
        transfer(from, to, manifest, manifest.bytes(), -1);
        to.snapshots.install(manifest);
        assertThat(to.told()).isEqualTo("installed null");
        assertThat(to.hash()).isEqualTo(from.hash());
      }
    }
  }

  @Test
  void whatWasDamagedOnTheWayChangesNothing() throws Exception {
    try (StoreLife from = life("from");
        StoreLife to = life("to")) {
      from.write(2, 120);
      SnapshotManifest manifest = from.make(2, "");
      to.write(1, 30);
      long before = to.hash();
      transfer(from, to, manifest, manifest.bytes(), 1000);
      to.snapshots.install(manifest);
      assertThat(to.told()).startsWith("installed ").contains("checksum");
      assertThat(to.hash()).isEqualTo(before);
      to.write(1, 1);

      // Half of it is not all of it.
      transfer(from, to, manifest, manifest.bytes() / 2, -1);
      to.snapshots.install(manifest);
      assertThat(to.told()).startsWith("installed ").contains("cut");

      assertThat(to.snapshots.prepare(manifest)).isZero();
      to.snapshots.store(manifest, 5, new byte[3]);
      assertThat(to.told()).isEqualTo("stored 0 false");
      to.snapshots.store(manifest, 0, new byte[(int) manifest.bytes() + 1]);
      assertThat(to.told()).isEqualTo("stored 0 false");

      transfer(from, to, manifest, manifest.bytes(), -1);
      to.snapshots.install(manifest);
      assertThat(to.told()).isEqualTo("installed null");
      assertThat(to.hash()).isEqualTo(from.hash());
    }
  }

  /** Names of parts come over the network; none of them is ever used as a path. */
  @Test
  void foreignPartsAreRefused() throws Exception {
    try (StoreLife to = life("to")) {
      SnapshotManifest manifest =
          new SnapshotManifest(1, 5, List.of(new SnapshotManifest.Part("../../x", 3, 0)));
      assertThat(to.snapshots.prepare(manifest)).isZero();
      to.snapshots.store(manifest, 0, new byte[3]);
      assertThat(to.told()).isEqualTo("stored 0 false");
      to.snapshots.install(manifest);
      assertThat(to.told()).contains("nothing was received");
      assertThat(names(directory.resolve("to"))).doesNotContain("x");
    }
  }

  /** What is applied is never taken back, whoever asks for it. */
  @Test
  void anOlderSnapshotThanTheStateIsNotTakenOver() throws Exception {
    try (StoreLife from = life("from");
        StoreLife to = life("to")) {
      from.write(1, 50);
      SnapshotManifest manifest = from.make(1, "");
      to.write(1, 51);
      transfer(from, to, manifest, manifest.bytes(), -1);
      to.snapshots.install(manifest);
      assertThat(to.told()).contains("up to 51 are applied already");
      assertThat(to.store.engine().appliedOffset()).isEqualTo(51);
      to.write(1, 1);
    }
  }

  @Test
  void aSnapshotThatIsBeingSentCanBeReadToItsEndAlthoughItIsGone() throws Exception {
    try (StoreLife from = life("from");
        StoreLife to = life("to")) {
      from.write(1, 50);
      SnapshotManifest manifest = from.make(1, "");
      transfer(from, to, manifest, 1, -1);
      for (int i = 0; i < 2; i++) {
        from.write(1, 1);
        from.make(1, "");
      }
      from.until(() -> !Files.exists(state(from, 50)));
      transfer(from, to, manifest, manifest.bytes(), -1);
      to.snapshots.install(manifest);
      assertThat(to.told()).isEqualTo("installed null");

      from.snapshots.read(from.snapshots.newest(), 0, 10);
      assertThat(from.told()).isEqualTo("read 0 null");
      from.snapshots.read(manifest, 0, 10);
      assertThat(from.told()).startsWith("read 0 ").contains("no manifest");
    }
  }

  /** A copy that has lost its state gets it back with a snapshot of another. */
  @Test
  void aReplicaThatLostItsStateTakesOverASnapshot() throws Exception {
    long unused = hashOfTwoSnapshots("to", true);
    try (StoreLife from = life("from")) {
      from.write(2, 120);
      SnapshotManifest manifest = from.make(2, "");
      try (StoreLife to = life("to")) {
        DurableFiles.deleteTree(to.replica().resolve("snapshots"));
      }
      try (StoreLife to = life("to")) {
        transfer(from, to, manifest, manifest.bytes(), -1);
        to.snapshots.install(manifest);
        assertThat(to.told()).isEqualTo("installed null");
        assertThat(to.hash()).isEqualTo(from.hash());
        to.write(2, 3);
      }
      try (StoreLife to = life("to")) {
        // What it lacks still is for a leader to say.
        assertThat(to.store.flags()).isEqualTo(ReplicaFlags.of(Flag.AMNESIAC));
        assertThat(to.store.history().lastOffset()).isEqualTo(123);
        assertThat(names(to.replica().resolve("aside"))).containsExactly("00000001", "00000002");
      }
    }
  }

  /** A replica that ends just when its log was exchanged leaves no file open. */
  @Test
  void aLogThatNobodyWasToldOfIsClosed() throws Exception {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors), "only Linux lists open files");
    try (StoreLife from = life("from");
        StoreLife to = life("to")) {
      from.write(2, 120);
      SnapshotManifest manifest = from.make(2, "");
      transfer(from, to, manifest, manifest.bytes(), -1);
      to.snapshots.install(manifest);
      // The loop gives the disk its order, and then ends the replica instead of looking at the
      // news.
      Path fresh = to.replica().resolve("binlog/00000000000000000121.seg");
      await().atMost(Duration.ofSeconds(30)).until(to.snapshots::hasReports);
      to.turn();
      await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(fresh));
      CompletableFuture<Void> closed = new CompletableFuture<>();
      to.disk.abandon(StoreLife.PARTITION, to.store, () -> closed.complete(null));
      closed.get(30, TimeUnit.SECONDS);
      assertThat(openBelow(descriptors, to.replica())).isEmpty();
    }
  }

  private static List<Path> openBelow(Path descriptors, Path directory) throws IOException {
    try (Stream<Path> all = Files.list(descriptors)) {
      List<Path> open = new ArrayList<>();
      for (Path descriptor : all.toList()) {
        try {
          Path target = Files.readSymbolicLink(descriptor);
          if (target.startsWith(directory.toRealPath())) {
            open.add(target);
          }
        } catch (NoSuchFileException closedMeanwhile) {
          continue;
        }
      }
      return open;
    }
  }

  /**
   * Damage that is found while the replica runs: the snapshot counts no more at once, and goes when
   * there is another, which may be one of the same offset.
   */
  @Test
  void aSnapshotThatIsFoundDamagedStaysUntilThereIsAnother() throws Exception {
    for (boolean sameOffset : new boolean[] {true, false}) {
      String name = "a" + sameOffset;
      try (StoreLife life = life(name)) {
        life.write(1, 100);
        SnapshotManifest first = life.make(1, "");
        life.write(1, 100);
        SnapshotManifest second = life.make(1, "");
        for (SnapshotManifest intact : List.of(first, second)) {
          life.snapshots.verify(intact, life.snapshots.expected(), SnapshotReader.Pace.NONE);
        }
        flip(state(life, 200));
        flip(state(life, 100));
        life.snapshots.check(second);
        life.snapshots.check(first);
        assertThat(life.told()).isEqualTo("damaged 200");
        assertThat(life.told()).isEqualTo("damaged 100");
        life.snapshots.discard(first);
        life.snapshots.discard(second);
        assertThat(life.snapshots.all()).isEmpty();
        assertThat(names(life.replica().resolve("snapshots")))
            .containsExactly("00000000000000000100", "00000000000000000200");
        if (!sameOffset) {
          life.write(1, 1);
        }
        SnapshotManifest third = life.make(1, "");
        assertThat(life.snapshots.newest()).isEqualTo(third);
        assertThat(life.snapshots.previous()).isNull();
        life.until(() -> !Files.exists(state(life, 100)));
      }
      try (StoreLife life = life(name)) {
        assertThat(life.store.flags().isClean()).isTrue();
        assertThat(life.snapshots.newest().offset()).isEqualTo(sameOffset ? 200 : 201);
        assertThat(names(life.replica().resolve("snapshots"))).contains("damaged-100");
      }
    }
  }

  /** What rots in the log behind the snapshot, or before it, costs records but not the snapshot. */
  @Test
  void aDamagedLogLeavesTheSnapshotToGoOnFrom() throws Exception {
    for (boolean before : new boolean[] {true, false}) {
      String name = "a" + before;
      long unused = hashOfTwoSnapshots(name, false);
      try (StoreLife life = life(name)) {
        List<String> segments =
            names(life.replica().resolve("binlog")).stream()
                .filter(file -> file.endsWith(".seg"))
                .toList();
        flip(life.replica().resolve("binlog/" + segments.get(before ? 1 : segments.size() - 1)));
      }
      try (StoreLife life = life(name)) {
        assertThat(life.snapshots.newest().offset()).isEqualTo(200);
        assertThat(life.store.engine().appliedOffset()).isEqualTo(200);
        assertThat(life.store.history().lastOffset()).isGreaterThanOrEqualTo(200);
        // The last file's end looks like an unfinished write; damage before it never does.
        assertThat(life.store.flags().has(before ? Flag.AMNESIAC : Flag.TAIL_SUSPECT)).isTrue();
      }
    }
  }

  // ---- crashes

  /** Where a crash may come while a snapshot is taken over, in order. */
  private enum CrashPoint {
    RECEIVED,
    LOG_HALF_PREPARED,
    LOG_PREPARED,
    ADOPTED,
    OLD_LOG_ASIDE,
    EXCHANGED
  }

  /**
   * At each point the next start finds the old state or the new one, and nothing between. There are
   * three kinds of old logs: one that ends before the snapshot, one that goes on behind it, and one
   * that has another record there.
   */
  @Test
  void aCrashWhileASnapshotIsTakenOverLeavesTheOldStateOrTheNew() throws Exception {
    try (StoreLife from = life("from")) {
      from.write(2, 120);
      SnapshotManifest manifest = from.make(2, "theirs");
      for (CrashPoint point : CrashPoint.values()) {
        for (String log : List.of("short", "longer", "other")) {
          String name = log + "-" + point;
          long oldEnd = log.equals("short") ? 30 : 130;
          try (StoreLife to = life(name)) {
            to.write(log.equals("longer") ? 2 : 1, (int) oldEnd);
            transfer(from, to, manifest, manifest.bytes(), -1);
          }
          crash(directory.resolve(name).resolve(StoreLife.KEY.toString()), point, manifest);
          for (int start = 0; start < 2; start++) {
            try (StoreLife to = life(name)) {
              boolean adopted = point.compareTo(CrashPoint.ADOPTED) >= 0;
              boolean keepsLog = !adopted || log.equals("longer") && point == CrashPoint.ADOPTED;
              assertThat(to.store.flags().has(Flag.CORRUPT)).as(name).isFalse();
              assertThat(to.snapshots.newest()).as(name).isEqualTo(adopted ? manifest : null);
              assertThat(to.store.engine().appliedOffset()).isEqualTo(adopted ? 120 : 0);
              assertThat(to.store.history().lastOffset())
                  .as(name)
                  .isEqualTo(keepsLog ? oldEnd : 120);
              assertThat(to.store.history().lastTerm())
                  .isEqualTo(!keepsLog || log.equals("longer") ? 2 : 1);
              // A log that was found too short may have lost something; one begun anew has not.
              assertThat(to.store.flags().has(Flag.AMNESIAC))
                  .as(name)
                  .isEqualTo(point == CrashPoint.ADOPTED && !keepsLog);
              assertThat(names(to.replica())).doesNotContain("binlog.next");
              if (adopted) {
                assertThat(to.snapshots.sessions()).asString().isEqualTo("theirs");
              } else if (start == 1) {
                // What was received is still there, and the transfer is soon done.
                transfer(from, to, manifest, manifest.bytes(), -1);
                to.snapshots.install(manifest);
                assertThat(to.told()).as(name).isEqualTo("installed null");
                assertThat(to.hash()).isEqualTo(from.hash());
              }
            }
          }
        }
      }
    }
  }

  /** Leaves a directory as the take-over does when it is stopped there. */
  private void crash(Path replica, CrashPoint point, SnapshotManifest manifest) throws Exception {
    LogExchange exchange = new LogExchange(replica);
    Path next = replica.resolve("binlog.next");
    if (point == CrashPoint.RECEIVED) {
      return;
    }
    exchange.prepare(
        UUID.fromString(uid(replica)),
        StoreLife.KEY.tid(),
        StoreLife.KEY.pid(),
        StoreLife.SETTINGS,
        manifest.offset() + 1,
        manifest.term());
    if (point == CrashPoint.LOG_HALF_PREPARED) {
      Path segment = next.resolve("00000000000000000121.seg");
      Files.write(segment, new byte[7]);
      return;
    }
    if (point == CrashPoint.LOG_PREPARED) {
      return;
    }
    Path snapshots = replica.resolve("snapshots");
    Files.move(
        snapshots.resolve("incoming"),
        snapshots.resolve(String.format("%020d", manifest.offset())));
    if (point == CrashPoint.ADOPTED) {
      return;
    }
    Files.move(replica.resolve("binlog"), replica.resolve("aside/00000001"));
    if (point == CrashPoint.OLD_LOG_ASIDE) {
      return;
    }
    Files.move(next, replica.resolve("binlog"));
  }

  private static String uid(Path replica) throws IOException {
    java.nio.ByteBuffer meta =
        java.nio.ByteBuffer.wrap(Files.readAllBytes(replica.resolve("meta")));
    return new UUID(meta.getLong(12), meta.getLong(20)).toString();
  }

  /** A snapshot that was being made when the process ended is as if it had never been begun. */
  @Test
  void whatWasHalfMadeIsGone() throws Exception {
    try (StoreLife life = life("a")) {
      life.write(1, 100);
      life.make(1, "");
      Path snapshots = life.replica().resolve("snapshots");
      Files.createDirectory(snapshots.resolve("making"));
      Files.writeString(snapshots.resolve("making/state"), "half");
      Files.createDirectory(snapshots.resolve("deleting-50"));
      Files.createDirectory(snapshots.resolve("incoming"));
    }
    try (StoreLife life = life("a")) {
      assertThat(life.snapshots.newest().offset()).isEqualTo(100);
      assertThat(names(life.replica().resolve("snapshots")))
          .containsExactly("00000000000000000100");
    }
  }

  @Test
  void aReplicaThatIsDroppedTakesItsSnapshotsAlong() throws Exception {
    try (StoreLife life = life("a")) {
      life.write(1, 100);
      life.make(1, "");
      life.snapshots.make(1, 100, new byte[0]);
      life.disk.retire(StoreLife.PARTITION, life.store);
      life.until(() -> !Files.exists(life.replica()));
      assertThat(names(directory.resolve("a/recycle"))).hasSize(1);
    }
  }
}
