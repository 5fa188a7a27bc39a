package io.holdfast.tablet.partition;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.meta.MetaCodec;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.binlog.Binlog;
import io.holdfast.tablet.binlog.BinlogSettings;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.binlog.Journal;
import io.holdfast.tablet.binlog.LogTask;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.binlog.SyncListener;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import io.holdfast.tablet.storage.ChunkPool;
import io.holdfast.tablet.storage.DiskEngines;
import io.holdfast.tablet.storage.DiskEnvironment;
import io.holdfast.tablet.storage.DiskIdentity;
import io.holdfast.tablet.storage.Engines;
import io.holdfast.tablet.storage.MemoryEngines;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tablet's data directories, and the threads that work on snapshots, shared by the loops. A
 * replica lies in one of the directories, for as long as it is there. Thread-safe.
 */
public final class TabletDisk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TabletDisk.class);

  /** One long piece of work, such as loading a snapshot, does not hold up all others. */
  private static final int BACKGROUND_THREADS = 2;

  private static final int STOP_SECONDS = 10;

  private final List<DataVolume> volumes;

  private final ReplicaPlaces places;
  private final BinlogSettings settings;
  private final Clock clock;
  private final ExecutorService background;
  private final BytePace pace;
  private final SecureRandom random = new SecureRandom();
  private final Object lock = new Object();
  private final DiskEngineSettings engineSettings;
  private final MemoryEngines memoryEngines;

  /** Made when the first table asks for it: it loads a library of some size. */
  private volatile DiskEnvironment environment;

  private final Set<ReplicaKey> judged = ConcurrentHashMap.newKeySet();
  private final Map<Binlog, DataVolume> open = new ConcurrentHashMap<>();

  /**
   * @param volumes are closed with the disk
   * @param snapshotBytesPerSecond how fast snapshots are written; 0 for no limit
   * @param engines what disk engines may take
   * @param memory for the rows of memory tables
   * @throws IOException when a directory cannot be listed
   */
  public TabletDisk(
      List<DataVolume> volumes,
      BinlogSettings settings,
      long snapshotBytesPerSecond,
      DiskEngineSettings engines,
      ChunkPool memory,
      Clock clock)
      throws IOException {
    this.volumes = List.copyOf(volumes);
    this.places = new ReplicaPlaces(volumes, settings, clock);
    this.engineSettings = engines;
    this.memoryEngines = new MemoryEngines(memory);
    this.settings = settings;
    this.clock = clock;
    this.background = Executors.newFixedThreadPool(BACKGROUND_THREADS, TabletDisk::thread);
    this.pace = new BytePace(snapshotBytesPerSecond);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "snapshots");
    thread.setDaemon(true);
    return thread;
  }

  /** All partitions with a replica here, by table and partition. */
  List<ReplicaKey> replicas() {
    return places.replicas();
  }

  /** The data directories. */
  public List<DataVolume> volumes() {
    return volumes;
  }

  /** How many replicas each data directory has, by its name. */
  public Map<String, Long> replicasByDirectory() {
    return places.countByDirectory();
  }

  /**
   * Makes an empty replica under a new uid and opens it.
   *
   * @param witness whether it is to keep the log only
   * @param loop runs what the disk has to report
   */
  DiskReplicaStore create(PartitionId partition, TableSpec table, boolean witness, Executor loop)
      throws IOException, SchemaException {
    // Before anything is on disk: a table that cannot be opened is not begun.
    schemaOf(table);
    ReplicaMeta meta =
        new ReplicaMeta(
            volumes.get(0).directory().clusterId(),
            new UUID(random.nextLong(), random.nextLong()),
            partition.tid(),
            partition.pid(),
            0,
            ReplicaFlags.NONE,
            witness,
            MetaCodec.encodeTable(table));
    ReplicaKey key = new ReplicaKey(partition.tid(), partition.pid());
    places.make(key, meta, StorageModes.of(table));
    return open(key, loop, true);
  }

  /**
   * Opens a replica that is here. A damaged log is no failure: what is intact of it is used, and
   * the store says that records may be missing.
   */
  DiskReplicaStore open(ReplicaKey key, Executor loop, boolean isNew)
      throws IOException, SchemaException {
    return open(key, loop, isNew, LoadProgress.UNSEEN);
  }

  /** As above, with somebody who wants to know how far it is. */
  DiskReplicaStore open(ReplicaKey key, Executor loop, boolean isNew, LoadProgress progress)
      throws IOException, SchemaException {
    DataVolume volume = places.of(key);
    DataDirectory directory = volume.directory();
    ReplicaMeta meta = directory.metaFile(key).load(directory.clusterId());
    if (volume.journal().isPresent() && volume.journal().get().owes(meta.replicaUid())) {
      throw new IOException(
          "the log lacks what the journal has, and the disk did not take it; restart the tablet"
              + " when the disk is well");
    }
    TableSpec table = MetaCodec.decodeTable(meta.schema());
    boolean firstTime = judged.add(key);
    if (isUnsynced(table) && firstTime && !isNew && volume.memoryLost()) {
      LOG.warn(
          "replica {} may have lost its newest records with the machine's memory (durability=os);"
              + " it counts for nothing until it has been brought up to date",
          key);
      meta = meta.withFlags(meta.flags().with(Flag.AMNESIAC));
      directory.metaFile(key).store(meta);
    }
    progress.begins(table.name(), OpeningBytes.of(directory, key, StorageModes.isOnDisk(table)));
    TableSchema schema = schemaOf(table);
    Engines engines = engines(directory.enginesPath(key), meta, table, schema);
    OpenedReplica opened =
        new ReplicaOpener(directory, settings, key, meta, schema, engines, progress).open();
    use(opened.binlog(), table, volume);
    return new DiskReplicaStore(
        table,
        schema,
        opened,
        directory.metaFile(key),
        new DiskSnapshots.Place(
            directory.replicaPath(key),
            directory.snapshotsPath(key),
            settings,
            engines,
            background,
            pace,
            clock),
        isNew,
        random.nextLong(),
        this,
        volume,
        loop);
  }

  /**
   * How much is read to open a replica, as far as its files say.
   *
   * @throws IOException when they cannot be looked at, or else an {@link
   *     java.io.UncheckedIOException}
   */
  long bytesOf(ReplicaKey key) throws IOException {
    return OpeningBytes.of(places.of(key).directory(), key, false);
  }

  /** A witness has no rows, so it does not matter where it keeps them. */
  private Engines engines(Path path, ReplicaMeta meta, TableSpec table, TableSchema schema)
      throws IOException {
    if (meta.witness() || !StorageModes.isOnDisk(table)) {
      return memoryEngines;
    }
    return new DiskEngines(
        path,
        environment(),
        new DiskIdentity(
            meta.clusterId(),
            meta.replicaUid(),
            meta.tid(),
            meta.pid(),
            SnapshotHeader.fingerprint(schema)));
  }

  private DiskEnvironment environment() {
    synchronized (lock) {
      if (environment == null) {
        environment =
            new DiskEnvironment(engineSettings.cacheBytes(), engineSettings.bufferBytes());
      }
      return environment;
    }
  }

  /** Figures of the disk engines; all 0 while there are none. */
  public DiskEnvironment.Figures engineFigures() {
    DiskEnvironment made = environment;
    return made == null ? DiskEnvironment.Figures.NONE : made.figures();
  }

  private void use(Binlog binlog, TableSpec table, DataVolume volume) {
    open.put(binlog, volume);
    if (isUnsynced(table)) {
      binlog.leaveSyncingToKernel();
    }
  }

  static boolean isUnsynced(TableSpec table) {
    return table.options().durability() == Durability.OS;
  }

  /**
   * Every replica was opened, but for some: where all were, each knows what it may have lost.
   *
   * @param failed those that could not be
   */
  void opened(Collection<ReplicaKey> failed) throws IOException {
    Set<DataVolume> unknown = new HashSet<>();
    failed.forEach(key -> unknown.add(places.of(key)));
    for (DataVolume volume : volumes) {
      if (!unknown.contains(volume)) {
        volume.allOpened();
      }
    }
  }

  /** A replica's log was put aside and another is in its place. */
  void replaced(DataVolume volume, TableSpec table, Binlog old, Binlog fresh) {
    open.remove(old);
    use(fresh, table, volume);
  }

  static TableSchema schemaOf(TableSpec table) throws IOException, SchemaException {
    return TableSchema.of(TableInfo.parseFrom(table.definition()));
  }

  /** Puts a dropped replica's files into the recycle bin, after all writes asked for so far. */
  void retire(PartitionId partition, DiskReplicaStore store) {
    close(partition, store, () -> store.snapshots().whenStopped(() -> recycle(partition)));
  }

  /**
   * Ends all work on the files of a replica that is not used any more, and leaves them.
   *
   * @param then runs on a thread of the disk when that is done
   */
  void abandon(PartitionId partition, DiskReplicaStore store, Runnable then) {
    close(partition, store, () -> store.snapshots().whenStopped(then));
  }

  /** Notes that the end of a replica's log cannot be relied on; the log must be closed. */
  void suspectTail(PartitionId partition) throws IOException {
    ReplicaKey key = new ReplicaKey(partition.tid(), partition.pid());
    Binlog.suspectTail(places.of(key).directory().binlogPath(key));
  }

  private void close(PartitionId partition, DiskReplicaStore store, Runnable then) {
    store.snapshots().stop();
    Binlog binlog = store.binlog();
    SyncListener whenDone =
        new SyncListener() {
          @Override
          public void onSynced(Binlog log, long token, long lastOffset) {
            closeNow(partition, binlog, store.volume());
            then.run();
          }

          @Override
          public void onFailed(Binlog log, long token, IOException cause) {
            onSynced(log, token, 0);
          }
        };
    BinlogWriter writer = store.volume().writer();
    if (!writer.submitAlways(binlog, LogTask.change(SyncMailbox.SILENT, log -> {}), whenDone)) {
      LOG.warn("replica {} keeps its files open: the disk is being closed", partition);
    }
  }

  private void closeNow(PartitionId partition, Binlog binlog, DataVolume volume) {
    open.remove(binlog);
    try {
      syncIfNobodyDid(binlog, volume);
      binlog.close();
    } catch (IOException e) {
      LOG.warn("the log of {} cannot be closed: {}", partition, e.toString());
    }
  }

  /** Puts the closed files of a replica that is not wanted any more aside, in the background. */
  void recycleLater(PartitionId partition) {
    background.execute(() -> recycle(partition));
  }

  /** Puts the closed files of a replica that is not wanted any more aside. */
  void recycle(PartitionId partition) {
    ReplicaKey key = new ReplicaKey(partition.tid(), partition.pid());
    try {
      LOG.info("replica {} was dropped; its files are in {}", partition, places.recycle(key));
    } catch (IOException e) {
      LOG.error("replica {} was dropped, but its files cannot be put aside", partition, e);
    }
  }

  /**
   * How long the disk has owed its oldest answer, in nanoseconds; of several disks, the one that
   * has owed one for longest.
   */
  public long oldestPendingNanos() {
    long oldest = 0;
    for (DataVolume volume : volumes) {
      oldest = Math.max(oldest, volume.oldestPendingNanos());
    }
    return oldest;
  }

  /** Looks at the disks' queues. */
  void sample() {
    volumes.forEach(DataVolume::sample);
  }

  /** What do for the syncs of several logs, one in each directory that has one. */
  public List<Journal> journals() {
    return volumes.stream().flatMap(volume -> volume.journal().stream()).toList();
  }

  /** Bytes that wait for the disks. */
  public long queuedBytes() {
    return volumes.stream().mapToLong(DataVolume::queuedBytes).sum();
  }

  /** What is half done is found and finished or removed at the next start. */
  private void stopBackground() {
    background.shutdown();
    try {
      if (!background.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("work on snapshots takes long and is broken off");
        background.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void syncIfNobodyDid(Binlog binlog, DataVolume volume) throws IOException {
    if (binlog.leavesSyncing()) {
      try {
        binlog.sync();
      } catch (IOException e) {
        volume.endsUnclean();
        throw e;
      }
    }
  }

  /** Finishes what the disk was asked and closes all logs. */
  @Override
  public void close() {
    stopBackground();
    volumes.forEach(DataVolume::close);
    open.forEach(
        (binlog, volume) -> {
          try {
            syncIfNobodyDid(binlog, volume);
            binlog.close();
          } catch (IOException e) {
            LOG.warn("{} cannot be closed: {}", binlog, e.toString());
          }
        });
    open.clear();
    synchronized (lock) {
      if (environment != null) {
        environment.close();
        environment = null;
      }
    }
    volumes.forEach(DataVolume::leaveClean);
  }
}
