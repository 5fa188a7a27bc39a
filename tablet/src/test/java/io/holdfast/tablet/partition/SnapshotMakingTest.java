package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import io.holdfast.tablet.storage.MemoryEngine;
import io.holdfast.tablet.storage.WriteOpCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a snapshot in the making gets along with a disk that is slow, and with two at once. */
class SnapshotMakingTest {
  private static final int KEYS = 100_000;

  @TempDir Path directory;

  private final TableSchema schema = schema();
  private final WriteOpCodec codec = new WriteOpCodec(schema);
  private final MemoryEngine engine = new MemoryEngine(schema);

  /** A disk that does something only when it is told to. */
  private final ArrayDeque<Runnable> disk = new ArrayDeque<>();

  private final List<String> ends = new ArrayList<>();
  private SnapshotManifest made;
  private SnapshotFolder folder;

  private static TableSchema schema() {
    try {
      return TableSchema.of(TestTable.info());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void fill() throws Exception {
    folder = new SnapshotFolder(directory.resolve("snapshots"));
    folder.recover();
    for (int i = 0; i < KEYS; i++) {
      put("k" + i, i);
    }
  }

  private void put(String key, long value) throws Exception {
    engine.apply(
        engine.appliedOffset() + 1, codec.encode(TestTable.put(0, key, value, 1000), 1000));
  }

  private SnapshotMaking making(BytePace pace, long limitBytes) {
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
        pace,
        SystemClock.INSTANCE,
        limitBytes,
        (manifest, problem) -> {
          made = manifest;
          ends.add(String.valueOf(problem));
        });
  }

  private void diskWorks() {
    while (!disk.isEmpty()) {
      disk.removeFirst().run();
    }
  }

  /** The walk stops while the disk owes megabytes, and goes on when it does not. */
  @Test
  void aSlowDiskSlowsTheWalk() {
    SnapshotMaking making = making(new BytePace(0), SnapshotMaking.LIMIT_BYTES);
    for (int tick = 0; tick < 10_000; tick++) {
      making.tick(true, tick);
    }
    assertThat(ends).isEmpty();
    diskWorks();
    assertThat(ends).isEmpty();
    for (int tick = 0; tick < 200; tick++) {
      making.tick(true, tick);
      diskWorks();
    }
    assertThat(ends).containsExactly("null");
    assertThat(made.offset()).isEqualTo(KEYS);
  }

  /** Writes go on whatever the disk does; at the bound the snapshot is what gives way. */
  @Test
  void aStuckDiskHoldsNoWriteUpAndCostsTheSnapshot() throws Exception {
    SnapshotMaking making = making(new BytePace(0), 3_000_000);
    making.tick(true, 1);
    for (int i = 0; i < KEYS; i++) {
      put("k" + (KEYS - 1 - i), -i);
      if (i % 1000 == 0) {
        making.tick(true, 2);
      }
    }
    diskWorks();
    assertThat(ends).hasSize(1);
    assertThat(ends.get(0)).contains("the disk is so slow");
    assertThat(Files.exists(directory.resolve("snapshots/making"))).isFalse();
    assertThat(folder.offsets()).isEmpty();
    // The next one is not hindered by it.
    SnapshotMaking next = making(new BytePace(0), SnapshotMaking.LIMIT_BYTES);
    for (int tick = 0; tick < 200; tick++) {
      next.tick(true, tick);
      diskWorks();
    }
    assertThat(ends).hasSize(2).last().isEqualTo("null");
    assertThat(folder.offsets()).containsExactly(engine.appliedOffset());
  }

  @Test
  void whatTheDiskRefusesIsReportedOnce() throws Exception {
    Files.delete(directory.resolve("snapshots"));
    SnapshotMaking making = making(new BytePace(0), SnapshotMaking.LIMIT_BYTES);
    for (int tick = 0; tick < 200; tick++) {
      making.tick(true, tick);
      diskWorks();
    }
    assertThat(ends).hasSize(1);
    assertThat(ends.get(0)).contains("NoSuchFile");
  }

  /** What a lane's step fails by is told, an Error as well, and the lane goes on. */
  @Test
  void whateverAStepFailsByIsTold() {
    SerialLane lane = new SerialLane(disk::add);
    List<String> told = new ArrayList<>();
    lane.attempt(() -> told.add("ran"), told::add);
    lane.attempt(
        () -> {
          throw new IOException("no space");
        },
        told::add);
    lane.attempt(
        () -> {
          throw new OutOfMemoryError("no memory");
        },
        told::add);
    lane.attempt(() -> told.add("ran again"), told::add);
    diskWorks();
    assertThat(told)
        .containsExactly(
            "ran",
            "java.io.IOException: no space",
            "java.lang.OutOfMemoryError: no memory",
            "ran again");
  }

  /** Only as fast as allowed: one second's bytes are followed by a second in which nothing goes. */
  @Test
  void thePaceAllowsWhatItSays() {
    BytePace pace = new BytePace(1000);
    long second = 1_000_000_000L;
    assertThat(pace.allows(5 * second)).isTrue();
    pace.written(1000, 5 * second);
    assertThat(pace.allows(5 * second)).isFalse();
    assertThat(pace.allows(5 * second + second / 2)).isFalse();
    assertThat(pace.allows(6 * second)).isTrue();
    pace.written(10, 6 * second);
    assertThat(pace.allows(6 * second)).isTrue();
    // Nothing is saved up: after a long rest it is the same.
    pace.written(1000, 100 * second);
    assertThat(pace.allows(100 * second + second / 2)).isFalse();
    BytePace unlimited = new BytePace(0);
    unlimited.written(Long.MAX_VALUE, 7);
    assertThat(unlimited.allows(7)).isTrue();
  }

  /** Tasks of one lane keep their order and never overlap; another lane gets its turn between. */
  @Test
  void lanesTakeTurns() {
    SerialLane a = new SerialLane(disk::add);
    SerialLane b = new SerialLane(disk::add);
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int n = i;
      a.execute(() -> order.add("a" + n));
      b.execute(() -> order.add("b" + n));
    }
    a.execute(
        () -> {
          throw new IllegalStateException("only to be logged");
        });
    a.execute(() -> order.add("a-last"));
    assertThat(disk).hasSize(2);
    diskWorks();
    assertThat(order).containsExactly("a0", "b0", "a1", "b1", "a2", "b2", "a-last");
  }
}
