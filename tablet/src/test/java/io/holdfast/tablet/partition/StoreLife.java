package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.binlog.BinlogSettings;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.BootMark;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.storage.ChunkPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** One life of a tablet's disk with one replica; the test's thread is its loop. */
final class StoreLife implements AutoCloseable {
  static final PartitionId PARTITION = new PartitionId(TestTable.TID, 0);
  static final ReplicaKey KEY = new ReplicaKey(TestTable.TID, 0);
  static final BinlogSettings SETTINGS = new BinlogSettings(4096, 1024, 4);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final ChunkPool memory = new ChunkPool(16L << 30, 16L << 30);
  final DataDirectory directory;
  final TabletDisk disk;
  final DiskReplicaStore store;
  final DiskSnapshots snapshots;
  final List<String> told = new ArrayList<>();
  SnapshotManifest made;
  byte[] bytes;
  private boolean durable;

  private final SnapshotReports reports =
      new SnapshotReports() {
        @Override
        public void onMade(SnapshotManifest manifest, String problem) {
          made = manifest;
          told.add("made " + problem);
        }

        @Override
        public void onDamaged(SnapshotManifest manifest) {
          told.add("damaged " + manifest.offset());
        }

        @Override
        public void onRead(SnapshotManifest manifest, long position, byte[] read, String problem) {
          bytes = read;
          told.add("read " + position + " " + problem);
        }

        @Override
        public void onStored(SnapshotManifest manifest, long position, boolean ok) {
          told.add("stored " + position + " " + ok);
        }

        @Override
        public void onInstalled(SnapshotManifest manifest, String problem) {
          told.add("installed " + problem);
        }
      };

  /** Opens the replica in a directory, making it when there is none. */
  StoreLife(Path root) throws Exception {
    this(root, SETTINGS);
  }

  StoreLife(Path root, BinlogSettings settings) throws Exception {
    this(root, settings, StorageMode.kMemory);
  }

  /**
   * As above.
   *
   * @param mode where a replica that is made has its rows
   */
  StoreLife(Path root, BinlogSettings settings, StorageMode mode) throws Exception {
    this(root, "cluster", settings, TestTable.spec(TableOptions.defaults(1), mode));
  }

  /**
   * As above.
   *
   * @param table of a replica that is made
   */
  StoreLife(Path root, String cluster, BinlogSettings settings, TableSpec table) throws Exception {
    directory = DataDirectory.open(root, cluster);
    BinlogWriter writer = new BinlogWriter("test-writer", 64 << 20, SystemClock.INSTANCE);
    disk =
        new TabletDisk(
            List.of(new DataVolume(directory, writer, BootMark.open(directory.root(), "one"))),
            settings,
            0,
            new DiskEngineSettings(8 << 20, 8 << 20),
            memory,
            SystemClock.INSTANCE);
    // Nothing is run on arrival: the test looks, as the loop does at every tick.
    store =
        disk.replicas().isEmpty()
            ? disk.create(PARTITION, table, false, task -> {})
            : disk.open(KEY, task -> {}, false);
    snapshots = store.snapshots();
  }

  /** Does what the loop does, until something is true. */
  void until(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              turn();
              return condition.getAsBoolean();
            });
  }

  void turn() {
    snapshots.tick(true, System.nanoTime());
    snapshots.collect(reports);
    store.flush();
  }

  /** Waits for a report that is not about anything before. */
  String told() {
    until(() -> !told.isEmpty());
    return told.remove(0);
  }

  /** As {@link #told}, but the report comes before the next tick. */
  String toldAtOnce() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(snapshots::hasReports);
    snapshots.collect(reports);
    return told.remove(0);
  }

  /** Writes rows behind the log's end, all of one term, and has the engine apply them. */
  void write(long term, int records) throws Exception {
    long last = store.engine().appliedOffset();
    List<LogRecord> batch = new ArrayList<>();
    for (long offset = last + 1; offset <= last + records; offset++) {
      batch.add(record(store, term, offset));
    }
    append(batch);
    batch.forEach(store::apply);
  }

  void append(List<LogRecord> batch) {
    long last = batch.get(batch.size() - 1).offset();
    store.append(batch, batch.get(0).offset() - 1, 0);
    durable = false;
    until(
        () -> {
          SyncMailbox.Synced synced = store.takeSynced();
          durable |= synced != null && synced.offset() == last;
          return durable;
        });
  }

  static LogRecord record(DiskReplicaStore store, long term, long offset) throws Exception {
    return record(store, term, offset, "k" + offset % 50);
  }

  static LogRecord record(DiskReplicaStore store, long term, long offset, String key)
      throws Exception {
    byte[] payload =
        store.codec().encode(TestTable.put(0, key, offset + term, 1_000 + offset), 1_000);
    return new LogRecord(term, offset, LogRecord.Type.WRITE, SessionId.NONE, 0, payload);
  }

  SnapshotManifest make(long term, String sessions) {
    snapshots.make(term, store.engine().appliedOffset(), sessions.getBytes());
    assertThat(told()).isEqualTo("made null");
    return made;
  }

  /** Has the engine keep its state, and waits until the disk has it. */
  void checkpoint(long term, String sessions) {
    long before = disk.engineFigures().bytesFlushed();
    snapshots.checkpoint(term, sessions.getBytes(), System.nanoTime());
    until(() -> disk.engineFigures().bytesFlushed() > before);
  }

  /** Applies everything that the log has behind the state. */
  void replay() {
    long next = store.engine().appliedOffset() + 1;
    for (List<LogRecord> some = store.read(next, 1 << 16);
        !some.isEmpty();
        some = store.read(next, 1 << 16)) {
      some.forEach(store::apply);
      next += some.size();
    }
  }

  long hash() {
    return store.engine().stateHash();
  }

  Path replica() {
    return directory.replicaPath(KEY);
  }

  @Override
  public void close() throws IOException {
    disk.close();
    directory.close();
  }
}
