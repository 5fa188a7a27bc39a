package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.binlog.Binlog;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.binlog.LogTask;
import io.holdfast.tablet.binlog.NoSpaceException;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.binlog.ReplicaMetaFile;
import io.holdfast.tablet.replication.ReplicaStore;
import io.holdfast.tablet.replication.TermHistory;
import io.holdfast.tablet.storage.StorageEngine;
import io.holdfast.tablet.storage.WriteOpCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * One replica's log on disk and its rows in memory. Owned by the partition's loop.
 *
 * <p>Appended records gather until {@link #flush}, which the loop calls once a turn: however many
 * writes a turn brought, the disk's thread is asked once. What the disk's queue has no room for
 * waits here, in order. That costs no memory: until the disk has them, the replica's log tail holds
 * the same records anyway.
 */
public final class DiskReplicaStore implements ReplicaStore {
  private final TableSpec table;
  private final TableSchema defined;
  private final ReplicaMetaFile metaFile;
  private final TabletDisk disk;
  private final TermHistory history;
  private final boolean isNew;
  private final long opening;
  private final DataVolume volume;
  private final BinlogWriter writer;
  private final SyncMailbox mailbox;
  private final ArrayDeque<LogTask> waiting = new ArrayDeque<>();
  private final DiskSnapshots snapshots;

  private IndexFilling filling;
  private WriteOpCodec codec;
  private StorageEngine engine;
  private IOException engineFailure;
  private Binlog binlog;

  /** The task that puts another log in this one's place; null when none will. */
  private LogTask exchange;

  private boolean isExchanging;
  private ReplicaMeta meta;
  private ReplicaFlags flags;
  private List<LogRecord> gathered = new ArrayList<>();
  private long gatheredDurableBefore;
  private long generation;
  private long readableTo;

  /** The state when the replica was opened; what the log has from there on is to be applied. */
  private final long restoredTo;

  /** To where the log went then, unless it was cut since. */
  private long loadTo;

  private boolean isLoaded;
  private long replayed;

  /**
   * @param opened what is in the replica's directory
   * @param place where its snapshots are
   * @param isNew whether the directory was made in this life of the process
   * @param opening drawn at random
   * @param disk told when another log takes the place of this one
   * @param volume the data directory in which it lies
   * @param loop runs what the disk reports
   */
  DiskReplicaStore(
      TableSpec table,
      TableSchema schema,
      OpenedReplica opened,
      ReplicaMetaFile metaFile,
      DiskSnapshots.Place place,
      boolean isNew,
      long opening,
      TabletDisk disk,
      DataVolume volume,
      Executor loop) {
    this.table = table;
    this.defined = schema;
    this.codec = new WriteOpCodec(schema);
    this.engine = opened.engine();
    this.meta = opened.meta();
    this.metaFile = metaFile;
    this.binlog = opened.binlog();
    this.history = opened.history();
    this.flags = opened.flags();
    this.isNew = isNew;
    this.opening = opening;
    this.disk = disk;
    this.volume = volume;
    this.writer = volume.writer();
    this.mailbox = new SyncMailbox(loop);
    this.readableTo = history.lastOffset();
    this.restoredTo = engine.appliedOffset();
    this.loadTo = Math.max(restoredTo, history.lastOffset());
    this.snapshots = new DiskSnapshots(this, opened, place, loop);
  }

  @Override
  public ReplicaUid uid() {
    return new ReplicaUid(
        meta.replicaUid().getMostSignificantBits(), meta.replicaUid().getLeastSignificantBits());
  }

  /** The data directory in which it lies. */
  public DataVolume volume() {
    return volume;
  }

  /** Where its log is. */
  public Path binlogPath() {
    return volume.directory().binlogPath(new ReplicaKey(meta.tid(), meta.pid()));
  }

  /** Where its snapshots are. */
  public Path snapshotsPath() {
    return volume.directory().snapshotsPath(new ReplicaKey(meta.tid(), meta.pid()));
  }

  /** Bytes that waited for its disk at the last tick, of all replicas there. */
  public long queuedBytes() {
    return volume.sampledQueuedBytes();
  }

  @Override
  public boolean isWitness() {
    return meta.witness();
  }

  @Override
  public TableSpec table() {
    return table;
  }

  /** Columns and indexes of the table as this replica has it by now. */
  public TableSchema schema() {
    return engine.schema();
  }

  /** Columns and indexes of the table as it was defined. */
  TableSchema definedSchema() {
    return defined;
  }

  /** Checks and encodes clients' writes. */
  public WriteOpCodec codec() {
    if (codec.schema() != engine.schema()) {
      codec = new WriteOpCodec(engine.schema());
    }
    return codec;
  }

  @Override
  public int alterations() {
    return engine.alterations().version();
  }

  @Override
  public void fill(long term, int version, long behind, List<NodeId> leaders) {
    filling.order(term, version, behind, leaders);
  }

  @Override
  public int filled(long term) {
    return filling == null ? 0 : filling.filled(term);
  }

  /** Sets who brings rows to other partitions. */
  void fillWith(IndexFilling newFilling) {
    filling = newFilling;
  }

  /** Ends what was begun by {@link #fill}. */
  void stopFilling() {
    filling.stop();
  }

  /** Goes on with what was begun by {@link #fill}. */
  void tickFilling() {
    guardEngine(filling::tick);
  }

  @Override
  public byte[] payload(Alterations alterations) {
    try {
      TableSchema unused = defined.with(alterations);
    } catch (IllegalArgumentException e) {
      return null;
    }
    return WriteOpCodec.encode(alterations);
  }

  /** The committed rows. */
  public StorageEngine engine() {
    return engine;
  }

  @Override
  public long term() {
    return meta.term();
  }

  @Override
  public TermHistory history() {
    return history;
  }

  @Override
  public ReplicaFlags flags() {
    return flags;
  }

  @Override
  public long opening() {
    return opening;
  }

  @Override
  public void persistFlags(ReplicaFlags next) {
    store(meta.withFlags(next.without(Flag.TAIL_SUSPECT).without(Flag.CORRUPT)), "flags");
    if (flags.has(Flag.TAIL_SUSPECT) && !next.has(Flag.TAIL_SUSPECT)) {
      // Later than this call; a crash before only means that the tail is suspected once more.
      enqueueGathered();
      waiting.add(LogTask.change(SyncMailbox.SILENT, Binlog::clearTailSuspect));
    }
    if (!flags.isTrusted() && next.isTrusted()) {
      enqueueGathered();
      waiting.add(LogTask.change(SyncMailbox.SILENT, Binlog::discardDamaged));
    }
    flags = next;
  }

  @Override
  public boolean isNew() {
    return isNew;
  }

  @Override
  public void persistTerm(long term) {
    store(meta.withTerm(term), "term");
  }

  private void store(ReplicaMeta next, String what) {
    try {
      try {
        metaFile.store(next);
      } catch (IOException e) {
        // A term cannot wait, and a replica that cannot keep one is lost for every election.
        if (!NoSpaceException.isCauseOf(e) || !writer.room().release()) {
          throw e;
        }
        metaFile.store(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the " + what + " cannot be made durable", e);
    }
    meta = next;
  }

  @Override
  public void truncateAfter(long offset, String reason) {
    enqueueGathered();
    waiting.add(LogTask.truncateAfter(SyncMailbox.SILENT, offset, reason));
    readableTo = Math.min(readableTo, offset);
    loadTo = Math.min(loadTo, offset);
  }

  /**
   * Whether all has been applied that the log had behind the state when the replica was opened.
   * Until a leader says what of it is committed, it has not.
   */
  public boolean isLoaded() {
    if (!isLoaded) {
      long applied = engine.appliedOffset();
      replayed = Math.max(replayed, Math.min(applied, loadTo) - restoredTo);
      isLoaded = applied >= loadTo;
    }
    return isLoaded;
  }

  /** How far loading is, from 0 to 100: the first half was reading the files. */
  public int loadPercent() {
    if (isLoaded()) {
      return 100;
    }
    long half = LoadProgress.HALF_PERCENT;
    return (int) (half + half * replayed / (loadTo - restoredTo));
  }

  /** How far the replica is in applying what its log had when it was opened. */
  RecoveryProgress.Replay replay() {
    boolean loaded = isLoaded();
    return new RecoveryProgress.Replay(
        loaded ? 0 : 1, loaded ? replayed : loadTo - restoredTo, replayed);
  }

  @Override
  public void append(List<LogRecord> records, long durableBefore, long newGeneration) {
    if (gathered.isEmpty()) {
      // A record must not claim a sync that nobody made.
      gatheredDurableBefore = TabletDisk.isUnsynced(table) ? 0 : durableBefore;
    }
    if (records.size() == 1) {
      // As a rule on a leader; addAll would copy an array for each.
      gathered.add(records.get(0));
    } else {
      gathered.addAll(records);
    }
    generation = newGeneration;
  }

  /** Hands what has gathered to the disk, as far as it takes it. */
  void flush() {
    enqueueGathered();
    while (!isExchanging
        && !waiting.isEmpty()
        && writer.submit(binlog, waiting.peekFirst(), mailbox)) {
      isExchanging = waiting.removeFirst() == exchange;
    }
  }

  /** Whether {@link #flush} has anything to do. */
  boolean hasWork() {
    return !isExchanging && (!gathered.isEmpty() || !waiting.isEmpty());
  }

  private void enqueueGathered() {
    if (!gathered.isEmpty()) {
      waiting.add(LogTask.append(generation, gathered, gatheredDurableBefore));
      gathered = new ArrayList<>();
    }
  }

  /** Sets what the loop runs when the disk has something to say. */
  void onReport(Runnable collector) {
    mailbox.onArrival(collector);
    snapshots.onReport(collector);
  }

  /** What the disk has to say since the last call; null for nothing new. */
  SyncMailbox.Synced takeSynced() {
    SyncMailbox.Synced synced = mailbox.takeSynced();
    // A report about a log that has since been cut says nothing about the one that is now.
    if (synced == null || synced.generation() != generation) {
      return null;
    }
    readableTo = Math.max(readableTo, synced.offset());
    return synced;
  }

  /** Why the disk has given this log or the engine up; null while it has not. */
  IOException failure() {
    return engineFailure == null ? mailbox.failure() : engineFailure;
  }

  /** Somebody has asked the engine, and its disk has failed: the replica ends at the next look. */
  public void engineFailed(UncheckedIOException failure) {
    engineFailure = engineFailure == null ? failure.getCause() : engineFailure;
  }

  /** Does something that may ask the engine. */
  void guardEngine(Runnable action) {
    try {
      action.run();
    } catch (UncheckedIOException e) {
      engineFailed(e);
    }
  }

  /**
   * Reads records that the disk has. Never further than that: behind the durable end the file may
   * hold records that a truncation on its way to the disk is about to remove.
   */
  @Override
  public List<LogRecord> read(long from, int maxBytes) {
    if (from > readableTo) {
      return List.of();
    }
    try {
      List<LogRecord> records = binlog.read(from, maxBytes);
      long allowed = readableTo - from + 1;
      return records.size() <= allowed ? records : records.subList(0, (int) allowed);
    } catch (IOException e) {
      throw new UncheckedIOException("the log cannot be read at " + from, e);
    }
  }

  @Override
  public int apply(LogRecord record) {
    if (record.type() == LogRecord.Type.TERM_START) {
      engine.skip(record.offset());
      return 0;
    }
    return engine.apply(record.offset(), record.payload()).outcome().code();
  }

  @Override
  public void skip(LogRecord record) {
    engine.skip(record.offset());
  }

  @Override
  public long logTimeMillis() {
    return engine.logTimeMillis();
  }

  @Override
  public DiskSnapshots snapshots() {
    return snapshots;
  }

  /** Removes records below an offset, as far as whole files hold nothing else. */
  void trimBefore(long offset) {
    enqueueGathered();
    waiting.add(LogTask.trimBefore(SyncMailbox.SILENT, offset));
  }

  /**
   * Has the log's place taken by another, see {@link #goOnWith}, behind everything that was asked
   * of it so far. What is asked from here on is about records that will not be there, and is
   * forgotten.
   *
   * @param action does it
   */
  void exchangeLog(LogTask.Action action) {
    enqueueGathered();
    exchange = LogTask.change(SyncMailbox.SILENT, action);
    waiting.add(exchange);
  }

  /** The state is this one, and the log, which continues it, is this one. */
  void goOnWith(StorageEngine newEngine, Binlog newLog) {
    disk.replaced(volume, table, binlog, newLog);
    boolean unused = isLoaded();
    isLoaded = true;
    engine = newEngine;
    binlog = newLog;
    gathered = new ArrayList<>();
    waiting.clear();
    exchange = null;
    isExchanging = false;
    readableTo = newLog.lastOffset();
    // Whatever was reported so far is about the log before.
    var reported = mailbox.takeSynced();
  }

  @Override
  public long rows() {
    return engine.entryCount(defined.firstIndex().position());
  }

  @Override
  public long bytes() {
    return engine.memoryBytes();
  }

  /** Frees rows that are too old; see {@link StorageEngine#gc}. */
  boolean collectGarbage(long nowMillis, int budget) {
    try {
      return engine.gc(nowMillis, budget).roundDone();
    } catch (UncheckedIOException e) {
      engineFailed(e);
      return true;
    } catch (IllegalStateException e) {
      // What it was in the middle of is not known: the copy is not to be gone on with.
      engineFailed(
          new UncheckedIOException(
              new IOException("rows that are too old cannot be freed: " + e.getMessage(), e)));
      return true;
    }
  }

  /** The log, for closing it and for reading it through. */
  Binlog binlog() {
    return binlog;
  }

  @Override
  public String toString() {
    return meta.toString();
  }
}
