package io.holdfast.testkit.sim;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.tablet.replication.ReplicaHost;
import io.holdfast.tablet.replication.ReplicaStore;
import io.holdfast.tablet.replication.SnapshotStore;
import io.holdfast.tablet.replication.TermHistory;
import java.util.List;
import java.util.function.Consumer;

/**
 * One replica's log on a {@link SimDisk} and its engine: a map of registers. Work reaches the disk
 * in order, some time later, and is synced some time after that.
 */
final class SimReplicaStore implements ReplicaStore {
  private final SimTablet tablet;
  private final PartitionId partition;
  private final SimDisk.Files files;
  private final boolean isNew;
  private final long opening;
  private final SimLog held;
  private final SimRegisters registers = new SimRegisters();
  private final SimSnapshots snapshots;
  private boolean closed;
  private long filledTerm;
  private int filledVersion;

  SimReplicaStore(SimTablet tablet, PartitionId partition, SimDisk.Files files, boolean isNew) {
    this.tablet = tablet;
    this.partition = partition;
    this.files = files;
    this.isNew = isNew;
    long drawn = tablet.world.between(1, Long.MAX_VALUE);
    this.opening = files.keptOpening == 0 ? drawn : files.keptOpening;
    files.lastOpening = opening;
    files.open(tablet.mutants());
    if (files.lastOpeningLostState) {
      tablet.invariants().onStateLost();
    }
    this.held = files.log.copy();
    this.snapshots = new SimSnapshots(tablet, partition, this, files);
  }

  SimRegisters registers() {
    return registers;
  }

  SimDisk.Files files() {
    return files;
  }

  /** The record at an offset as the process knows it, on disk or not. */
  LogRecord record(long offset) {
    return held.at(offset);
  }

  @Override
  public ReplicaUid uid() {
    return files.uid;
  }

  @Override
  public boolean isWitness() {
    return files.witness;
  }

  @Override
  public TableSpec table() {
    return files.table;
  }

  @Override
  public long term() {
    boolean forgets = tablet.mutants().has(Mutant.TERM_FORGOTTEN);
    return forgets ? history().lastTerm() : files.term;
  }

  @Override
  public TermHistory history() {
    return files.log.history();
  }

  @Override
  public ReplicaFlags flags() {
    return files.flags;
  }

  @Override
  public long opening() {
    return opening;
  }

  @Override
  public void persistFlags(ReplicaFlags flags) {
    files.flags = flags;
  }

  @Override
  public boolean isNew() {
    return isNew;
  }

  @Override
  public void persistTerm(long term) {
    files.term = term;
  }

  @Override
  public void truncateAfter(long offset, String reason) {
    tablet.invariants().onTruncate(tablet, partition, offset);
    held.cutAfter(offset);
    long done = tablet.disk().finishOf(World.MILLI / 20, World.MILLI);
    onDisk(done, () -> files.cutAfter(offset));
  }

  @Override
  public void append(List<LogRecord> records, long durableBefore, long generation) {
    for (LogRecord record : records) {
      tablet.invariants().onAppend(tablet, partition, record, held.lastTerm());
      held.add(record);
    }
    long last = records.get(records.size() - 1).offset();
    long written = tablet.disk().finishOf(World.MILLI / 100, World.MILLI / 10);
    long claim = files.isSyncing() ? durableBefore : 0;
    onDisk(
        written,
        () -> {
          files.log.addAll(records);
          files.claims.put(records.get(0).offset(), claim);
        });
    if (!files.isSyncing()) {
      onDisk(written, () -> tablet.run(() -> report(generation, last)));
      // The kernel writes it back some time, whether the process still lives or not.
      tablet.world.after(
          tablet.world.between(50 * World.MILLI, 3 * World.SECOND),
          () -> files.synced = Math.max(files.synced, Math.min(last, files.log.last())));
      return;
    }
    long synced = tablet.disk().finishOf(World.MILLI / 20, World.MILLI);
    onDisk(
        synced,
        () -> {
          boolean fails = files.failsNextSync && tablet.mayFailSync();
          files.failsNextSync = false;
          if (fails) {
            files.tailTorn = true;
            tablet.run(() -> tablet.onDiskFault(partition, "a sync failed"));
            return;
          }
          files.synced = Math.max(files.synced, Math.min(last, files.log.last()));
          tablet.run(() -> report(generation, last));
        });
  }

  private void report(long generation, long last) {
    if (!closed) {
      tablet.onSynced(partition, generation, last);
    }
  }

  /** Tells the replica something as soon as its process can hear it. */
  void report(Consumer<ReplicaHost> news) {
    tablet.run(
        () -> {
          if (!closed) {
            news.accept(tablet.host());
          }
        });
  }

  /** The process goes on with the log that a snapshot has begun. */
  void beginAnew(SnapshotManifest manifest) {
    held.beginAnew(manifest.offset(), manifest.term());
  }

  /** Nothing that this opening has asked for reaches the disk any more. */
  void close() {
    closed = true;
  }

  /** The disk works on while the process is stopped, but not for a life that is over. */
  void onDisk(long time, Runnable work) {
    int life = tablet.life();
    tablet.world.at(
        time,
        () -> {
          if (!closed && tablet.isRunning() && tablet.life() == life) {
            work.run();
          }
        });
  }

  @Override
  public List<LogRecord> read(long from, int maxBytes) {
    List<LogRecord> records = files.log.from(from, 64);
    if (files.damagedAt >= from && files.damagedAt < from + records.size()) {
      throw new SimDiskFault("record " + files.damagedAt + " is damaged");
    }
    return records;
  }

  @Override
  public int apply(LogRecord record) {
    checkIsNext(record);
    return record.type() == LogRecord.Type.WRITE ? registers.apply(record) : 0;
  }

  @Override
  public void skip(LogRecord record) {
    checkIsNext(record);
  }

  @Override
  public long logTimeMillis() {
    boolean local = tablet.mutants().has(Mutant.DEDUP_LOCAL_TIME);
    return local ? tablet.wallMillis() : registers.logTimeMillis();
  }

  private void checkIsNext(LogRecord record) {
    if (!record(record.offset()).equals(record)) {
      throw new Violation(
          "15 state is the log's", "applied " + record + " instead of " + record(record.offset()));
    }
  }

  SimSnapshots snapshotsHere() {
    return snapshots;
  }

  @Override
  public SnapshotStore snapshots() {
    return snapshots;
  }

  @Override
  public int alterations() {
    return registers.alterations();
  }

  /** Fills at once: the rows are registers, which no index finds. */
  @Override
  public void fill(long term, int version, long behind, List<NodeId> leaders) {
    if (term > filledTerm || version > filledVersion) {
      filledTerm = term;
      filledVersion = version;
      tablet.invariants().fills().onFilled(partition, version);
    }
  }

  @Override
  public int filled(long term) {
    return term == filledTerm ? filledVersion : 0;
  }

  @Override
  public byte[] payload(Alterations alterations) {
    return SimRegisters.payload(alterations);
  }

  @Override
  public long rows() {
    return registers.size();
  }

  @Override
  public long bytes() {
    return 0;
  }
}
