package io.holdfast.tablet.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log on a file system of four megabytes that really is full. */
class FullDiskTest {
  private static final UUID UID = new UUID(1, 2);
  private static final BinlogSettings SETTINGS = new BinlogSettings(1 << 20, 64 << 10, 4);

  @TempDir Path parent;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(parent.resolve("disk"));
    int code;
    try {
      code = run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString());
    } catch (IOException e) {
      code = -1;
    }
    if (code != 0) {
      System.out.println("skipped: a small file system cannot be mounted here (needs root)");
    }
    Assumptions.assumeTrue(code == 0, "a small file system cannot be mounted here (needs root)");
  }

  @AfterEach
  void unmount() throws Exception {
    if (Files.getFileStore(disk).type().equals("tmpfs")) {
      int unused = run("umount", "-l", disk.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static List<LogRecord> records(long from, int count, int bytes) {
    List<LogRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(
          new LogRecord(1, from + i, LogRecord.Type.WRITE, SessionId.NONE, 0, new byte[bytes]));
    }
    return records;
  }

  private Binlog create() throws IOException {
    return Binlog.create(disk.resolve("log"), UID, 1, 0, SETTINGS);
  }

  /** Fills what is left of the disk. */
  private Path fill() throws IOException {
    Path filler = disk.resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertThat(NoSpaceException.isCauseOf(e)).as(e.toString()).isTrue();
    }
    return filler;
  }

  /** What found no room is nowhere, what was there before is intact, and the log goes on. */
  @Test
  void anAppendWithoutRoomLeavesTheLogAsItWas() throws Exception {
    try (Binlog log = create()) {
      log.append(records(1, 10, 1000), 0);
      log.sync();
      Path filler = fill();
      // More than one segment, so that it fails in a later one.
      List<LogRecord> many = records(11, 30, 100_000);
      assertThatThrownBy(() -> log.append(many, 10)).isInstanceOf(NoSpaceException.class);
      assertThat(log.failure()).isNull();
      assertThat(log.lastOffset()).isEqualTo(10);
      assertThat(log.read(1, 1 << 20)).hasSize(10);

      Files.delete(filler);
      log.append(records(11, 20, 100_000), 10);
      log.sync();
      assertThat(log.lastOffset()).isEqualTo(30);
    }
    OpenResult opened = Binlog.open(disk.resolve("log"), UID, 1, 0, SETTINGS);
    assertThat(opened.lastOffset()).isEqualTo(30);
    assertThat(opened.damage()).isEmpty();
    opened.binlog().orElseThrow().close();
  }

  /** A crash while the disk is full finds the log as it was before. */
  @Test
  void aLogThatFoundNoRoomOpensClean() throws Exception {
    try (Binlog log = create()) {
      log.append(records(1, 10, 1000), 0);
      log.sync();
      fill();
      assertThatThrownBy(() -> log.append(records(11, 40, 100_000), 10))
          .isInstanceOf(NoSpaceException.class);
    }
    OpenResult opened = Binlog.open(disk.resolve("log"), UID, 1, 0, SETTINGS);
    assertThat(opened.lastOffset()).isEqualTo(10);
    assertThat(opened.damage()).isEmpty();
    opened.binlog().orElseThrow().close();
  }

  /**
   * The writer keeps what found no room, in order, says nothing of it, and writes it when there is
   * room; meanwhile the disk does not count as stuck.
   */
  @Test
  void theWriterWaitsForRoom() throws Exception {
    DiskRoom room =
        new DiskRoom(disk, DiskSpace.under(disk), new DiskRoom.Limits(85, 92, 97, 64 << 10));
    AtomicLong synced = new AtomicLong();
    AtomicReference<IOException> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    SyncListener listener =
        new SyncListener() {
          @Override
          public void onSynced(Binlog log, long token, long lastOffset) {
            synced.set(lastOffset);
            if (lastOffset == 31) {
              done.countDown();
            }
          }

          @Override
          public void onFailed(Binlog log, long token, IOException cause) {
            failure.compareAndSet(null, cause);
          }
        };
    try (BinlogWriter writer =
            new BinlogWriter("writer", 64 << 20, SystemClock.INSTANCE, room, 4, Optional.empty());
        Binlog log = create()) {
      Path filler = fill();
      assertThat(writer.submit(log, LogTask.append(0, records(1, 30, 100_000), 0), listener))
          .isTrue();
      assertThat(writer.submit(log, LogTask.append(0, records(31, 1, 10), 0), listener)).isTrue();
      long deadline = System.nanoTime() + 10_000_000_000L;
      while (room.level() != DiskLevel.FULL && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(room.level()).isEqualTo(DiskLevel.FULL);
      assertThat(synced).hasValue(0);
      assertThat(writer.queuedBytes()).isGreaterThan(3_000_000);
      assertThat(writer.oldestPendingNanos()).isLessThan(1_000_000_000L);

      Files.delete(filler);
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(failure).hasValue(null);
      assertThat(log.lastOffset()).isEqualTo(31);
    }
  }

  /** What frees room gets the room it needs for that: the reserve is given up for it. */
  @Test
  void aTruncationGetsTheReserve() throws Exception {
    DiskRoom room =
        new DiskRoom(disk, DiskSpace.under(disk), new DiskRoom.Limits(85, 92, 97, 512 << 10));
    room.lookAndReserve();
    assertThat(disk.resolve("reserve")).hasSize(512 << 10);
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<IOException> failure = new AtomicReference<>();
    SyncListener listener =
        new SyncListener() {
          @Override
          public void onSynced(Binlog log, long token, long lastOffset) {
            if (token == 7) {
              done.countDown();
            }
          }

          @Override
          public void onFailed(Binlog log, long token, IOException cause) {
            failure.compareAndSet(null, cause);
            done.countDown();
          }
        };
    try (BinlogWriter writer =
            new BinlogWriter("writer", 64 << 20, SystemClock.INSTANCE, room, 4, Optional.empty());
        Binlog log = create()) {
      log.append(records(1, 10, 10_000), 0);
      log.sync();
      fill();
      room.lookAndReserve();
      assertThat(room.level()).isEqualTo(DiskLevel.FULL);
      assertThat(writer.submit(log, LogTask.truncateAfter(7, 2, "a test"), listener)).isTrue();
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(failure).hasValue(null);
      assertThat(log.lastOffset()).isEqualTo(2);
      assertThat(disk.resolve("reserve")).doesNotExist();
    }
  }

  /** Levels rise at their percentages and fall two percent below them. */
  @Test
  void levelsDoNotFlicker() throws Exception {
    AtomicLong used = new AtomicLong();
    DiskSpace space =
        new DiskSpace() {
          @Override
          public long totalBytes() {
            return 1000;
          }

          @Override
          public long usableBytes() {
            return 1000 - used.get();
          }
        };
    DiskRoom room = new DiskRoom(parent, space, new DiskRoom.Limits(85, 92, 97, 0));
    long[] steps = {849, 850, 835, 829, 920, 960, 970, 955, 949, 905, 899, 0};
    DiskLevel[] levels = {
      DiskLevel.ROOMY, DiskLevel.FILLING, DiskLevel.FILLING, DiskLevel.ROOMY,
      DiskLevel.LOW, DiskLevel.LOW, DiskLevel.FULL, DiskLevel.FULL,
      DiskLevel.LOW, DiskLevel.LOW, DiskLevel.FILLING, DiskLevel.ROOMY
    };
    for (int i = 0; i < steps.length; i++) {
      used.set(steps[i]);
      room.lookAndReserve();
      assertThat(room.level()).as("at %s", steps[i]).isEqualTo(levels[i]);
    }
  }
}
