package io.holdfast.tablet.storage;

import io.holdfast.protocol.log.AlterOp;
import io.holdfast.protocol.log.DeleteOp;
import io.holdfast.protocol.log.DeleteRowsOp;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.PutOp;
import io.holdfast.protocol.log.SeenRow;
import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.ApplyResult.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps rows and keys in a RocksDB database, each row once. docs/design/008-disk-engine.md says why
 * it is as it is.
 *
 * <p>The replica's log is the only log: a write changes memory, and nothing of it reaches the disk
 * before {@link #checkpoint}, and then everything in one step.
 */
public final class DiskEngine implements StorageEngine {
  /** Nothing that is written rarely is to be replayed for ever. */
  private static final long CHECKPOINT_NANOS = 60_000_000_000L;

  private static final long LOOK_NANOS = 100_000_000L;

  /** A key and its head, and a version, besides the key's bytes: where they are not packed. */
  private static final int KEY_OVERHEAD_BYTES = 22;

  private static final int VERSION_OVERHEAD_BYTES = 26;

  private final DiskDatabase database;
  private final DiskEnvironment environment;
  private final DiskIdentity identity;
  private final DiskChanges changes;
  private final DiskIndexes indexes;
  private final DiskReads reads;
  private final DiskDatabase.View view;
  private long appliedOffset;
  private long logTimeMillis;
  private long checkpointAt;
  private long checkpointOffset;
  private long lookedAt;
  private boolean isFlushing;
  private volatile Held held;
  private DiskWalk walk;
  private boolean closed;

  /** An engine over an empty database; its first record follows an offset. */
  DiskEngine(
      TableSchema schema,
      DiskDatabase database,
      DiskEnvironment environment,
      DiskIdentity identity,
      long appliedOffset,
      long logTimeMillis) {
    this.database = database;
    this.environment = environment;
    this.identity = identity;
    this.view = database.present();
    this.changes = new DiskChanges(database);
    this.indexes = new DiskIndexes(schema, view, changes);
    this.reads = new DiskReads(view);
    this.appliedOffset = appliedOffset;
    this.logTimeMillis = logTimeMillis;
    this.checkpointAt = System.nanoTime();
  }

  /** An engine over a database as it was left at a checkpoint. */
  DiskEngine(
      TableSchema schema,
      DiskDatabase database,
      DiskEnvironment environment,
      DiskCheckpoint checkpoint) {
    this(
        schema,
        database,
        environment,
        checkpoint.identity(),
        checkpoint.offset(),
        checkpoint.logTimeMillis());
    this.checkpointOffset = checkpoint.offset();
    changes.begin(checkpoint.step(), checkpoint.offset(), checkpoint.rows(), checkpoint.rowBytes());
    indexes.restore(checkpoint);
  }

  // ---- writes

  @Override
  public ApplyResult apply(long offset, byte[] payload) {
    checkFollows(offset);
    WriteOp op = WriteRules.parse(offset, payload);
    long now = Math.max(logTimeMillis, op.getLeaderMillis());
    ApplyResult result =
        switch (op.getOpCase()) {
          case PUT -> put(offset, op.getPut(), now);
          case DELETE -> delete(op.getDelete(), now);
          case ALTER -> alter(offset, op.getAlter(), now);
          case FILL -> fill(offset, op.getFill(), now);
          case DELETE_ROWS -> deleteRows(op.getDeleteRows(), now);
          case OP_NOT_SET -> throw new IllegalStateException("record " + offset + " is no write");
        };
    changes.writeAt(offset);
    logTimeMillis = now;
    appliedOffset = offset;
    return result;
  }

  @Override
  public void skip(long offset) {
    checkFollows(offset);
    changes.writeAt(offset);
    appliedOffset = offset;
  }

  private void checkFollows(long offset) {
    if (offset != appliedOffset + 1) {
      throw new IllegalStateException("record " + offset + " after " + appliedOffset);
    }
  }

  private ApplyResult put(long offset, PutOp op, long now) {
    byte[] value = op.getValue().toByteArray();
    RowView row = row(value);
    List<IndexKey> keys = indexes.kept(op.getKeysList());
    long[] times = new long[keys.size()];
    for (int i = 0; i < times.length; i++) {
      times[i] =
          WriteRules.time(indexes.get(keys.get(i).getIndex()).definition(), row, op.getTime());
    }
    if (op.getIfAbsent() && times.length > 0 && isPresent(keys.get(0), times[0], value, now)) {
      return new ApplyResult(Outcome.IGNORED, 0);
    }
    changes.addRow(offset, value);
    // Held until all indexes have it: a full one may let go of it at once.
    changes.refer(offset, value.length);
    for (int i = 0; i < times.length; i++) {
      IndexKey key = keys.get(i);
      indexes
          .get(key.getIndex())
          .put(key.getKey().toByteArray(), times[i], offset, offset, value.length);
    }
    changes.release(offset, value.length);
    return new ApplyResult(Outcome.PUT, 0);
  }

  /** Whether a key has this very row; where the time is that of the put, under any time. */
  private boolean isPresent(IndexKey key, long ts, byte[] value, long now) {
    DiskIndex index = indexes.get(key.getIndex());
    TimeRange range = index.definition().hasTsColumn() ? new TimeRange(ts, ts) : TimeRange.ALL;
    boolean[] found = {false};
    reads.visitLive(
        index,
        key.getKey().toByteArray(),
        range,
        now,
        version -> {
          found[0] = version.rowBytes() == value.length && Arrays.equals(view.row(version), value);
          return !found[0];
        });
    return found[0];
  }

  private ApplyResult alter(long offset, AlterOp op, long now) {
    try {
      Alterations wanted = AlterationsCodec.decode(op);
      if (wanted.version() > indexes.alterations().version()) {
        boolean truncates = wanted.truncations() > indexes.alterations().truncations();
        indexes.become(wanted, now);
        if (truncates) {
          changes.truncate();
          indexes.truncate();
        }
        return new ApplyResult(Outcome.ALTERED, 0);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("record " + offset + " alters another table", e);
    }
    return new ApplyResult(Outcome.IGNORED, 0);
  }

  private ApplyResult fill(long offset, FillOp op, long now) {
    int position = op.getKey().getIndex();
    if (indexes.isDeleted(position)) {
      return new ApplyResult(Outcome.IGNORED, 0);
    }
    byte[] value = op.getValue().toByteArray();
    Filling<Long> filling = new Filling<>(indexes, schema(), op, value, row(value), now);
    if (filling.isDone()) {
      return new ApplyResult(Outcome.IGNORED, 0);
    }
    long rowOffset = filling.found() == null ? offset : filling.found();
    if (filling.found() == null) {
      changes.addRow(offset, value);
    }
    // Held until the index has it: a full one may let go of it at once.
    changes.refer(rowOffset, value.length);
    indexes
        .get(position)
        .fill(op.getKey().getKey().toByteArray(), op.getTs(), offset, rowOffset, value.length, now);
    changes.release(rowOffset, value.length);
    return new ApplyResult(Outcome.FILLED, 0);
  }

  private ApplyResult delete(DeleteOp op, long now) {
    TimeRange range = WriteRules.range(op);
    long removed = 0;
    List<Long> hit = new ArrayList<>();
    Consumer<DiskVersion> each =
        op.getWholeRows() ? version -> hit.add(version.rowOffset()) : version -> {};
    for (IndexKey key : indexes.kept(op.getKeysList())) {
      DiskIndex index = indexes.get(key.getIndex());
      removed += index.delete(key.getKey().toByteArray(), range, now, each);
    }
    for (int position : op.getWholeIndexesList()) {
      if (indexes.isDeleted(position)) {
        continue;
      }
      DiskIndex index = indexes.get(position);
      for (byte[] key = index.ceiling(null); key != null; key = index.after(key)) {
        removed += index.delete(key, range, now, each);
      }
    }
    hit.forEach(rowOffset -> deleteEverywhere(rowOffset, now));
    return new ApplyResult(Outcome.DELETED, removed);
  }

  private ApplyResult deleteRows(DeleteRowsOp op, long now) {
    long removed = 0;
    for (SeenRow seen : op.getRowsList()) {
      int position = seen.getKey().getIndex();
      if (indexes.isDeleted(position)) {
        continue;
      }
      byte[] key = seen.getKey().getKey().toByteArray();
      byte[] value = seen.getValue().toByteArray();
      DiskIndex index = indexes.get(position);
      TimeRange range = WriteRules.range(seen, index.definition(), row(value));
      for (Long row : indexes.like(position, key, range, value, now)) {
        // By the key that it was found under first: its client may have put it under another one
        // than the row has.
        index.deleteRow(key, range, row, now);
        deleteEverywhere(row, now);
        removed++;
      }
    }
    return new ApplyResult(Outcome.DELETED, removed);
  }

  private void deleteEverywhere(long rowOffset, long now) {
    byte[] value = view.get(DiskKeys.row(rowOffset));
    if (value == null) {
      // The last version that referred to it has gone already.
      return;
    }
    RowView row = row(value);
    for (DiskIndex index : indexes.present()) {
      byte[] key = KeyCodec.key(schema(), index.definition(), row);
      index.deleteRow(key, WriteRules.range(index.definition(), row), rowOffset, now);
    }
  }

  private RowView row(byte[] value) {
    return WriteRules.row(schema(), value);
  }

  // ---- reads

  @Override
  public TableSchema schema() {
    return indexes.schema();
  }

  @Override
  public Alterations alterations() {
    return indexes.alterations();
  }

  @Override
  public long appliedOffset() {
    return appliedOffset;
  }

  @Override
  public long logTimeMillis() {
    return logTimeMillis;
  }

  @Override
  public Optional<Entry> get(int index, byte[] key, TimeRange range, long nowMillis) {
    return reads.get(indexes.get(index), key, range, nowMillis);
  }

  @Override
  public ScanResult scan(
      int index,
      byte[] key,
      TimeRange range,
      ScanSkip skip,
      boolean distinctTs,
      ReadLimits limits,
      long nowMillis) {
    return reads.scan(indexes.get(index), key, range, skip, distinctTs, limits, nowMillis);
  }

  @Override
  public long count(int index, byte[] key, TimeRange range, boolean distinctTs, long nowMillis) {
    return reads.count(indexes.get(index), key, range, distinctTs, nowMillis);
  }

  @Override
  public TraverseResult traverse(
      int index, TraverseCursor after, boolean distinctTs, ReadLimits limits, long nowMillis) {
    return reads.traverse(indexes.get(index), after, distinctTs, limits, nowMillis);
  }

  @Override
  public GcResult gc(long nowMillis, int budget) {
    // For the reason that the memory engine gives.
    return indexes.gc(Math.min(nowMillis, logTimeMillis), budget);
  }

  // ---- the whole state

  @Override
  public StateWalk beginWalk(Consumer<SavedKey> consumer) {
    if (walk != null && walk.isOpen()) {
      throw new IllegalStateException("a walk is under way");
    }
    walk = new DiskWalk(database.freeze(), indexes.present(), logTimeMillis, consumer);
    return walk;
  }

  @Override
  public long stateHash() {
    StateHash hash = new StateHash(logTimeMillis);
    if (!alterations().isNone()) {
      hash.addAlterations(AlterationsCodec.encode(alterations()).toByteArray());
    }
    DiskWalk all = new DiskWalk(database.freeze(), indexes.present(), logTimeMillis, hash::add);
    try {
      while (!all.advance(Integer.MAX_VALUE)) {
        // Goes on.
      }
    } finally {
      all.release();
    }
    return hash.value();
  }

  // ---- the disk

  @Override
  public boolean checkpointDue(long nowNanos) {
    // Somebody else may have met with it.
    database.check();
    if (nowNanos - lookedAt < LOOK_NANOS || appliedOffset == checkpointOffset || held != null) {
      return false;
    }
    lookedAt = nowNanos;
    boolean isMuch = changes.unflushedBytes() >= environment.shareBytes();
    if (isFlushing) {
      isFlushing = !database.isFlushed();
    }
    return !isFlushing && (isMuch || nowNanos - checkpointAt >= CHECKPOINT_NANOS);
  }

  @Override
  public void checkpoint(long term, byte[] sessions, long nowNanos) {
    write(term, sessions);
    database.flush(false);
    checkpointAt = nowNanos;
    isFlushing = true;
  }

  @Override
  public StateFiles holdFiles() {
    if (held != null || appliedOffset != checkpointOffset) {
      throw new IllegalStateException("the state of " + appliedOffset + " is not at a checkpoint");
    }
    database.retain();
    held = new Held();
    return held;
  }

  /** The files of a checkpoint that none may follow before they are linked. */
  private final class Held implements StateFiles {
    private boolean released;

    @Override
    public boolean isReady() {
      return database.isFlushed();
    }

    @Override
    public List<String> linkInto(Path into) throws IOException {
      return database.linkInto(into);
    }

    @Override
    public synchronized void release() {
      if (!released) {
        released = true;
        held = null;
        database.release();
      }
    }
  }

  /** As {@link #checkpoint}, and waits until it is on the disk. */
  void checkpointNow(long term, byte[] sessions) {
    write(term, sessions);
    database.flush(true);
  }

  private void write(long term, byte[] sessions) {
    DiskCheckpoint checkpoint =
        new DiskCheckpoint(
            identity,
            term,
            appliedOffset,
            logTimeMillis,
            changes.step() + 1,
            changes.rows(),
            changes.rowBytes(),
            alterations(),
            indexes.saved(),
            sessions);
    changes.put(DiskKeys.CHECKPOINT, checkpoint.encode());
    changes.writeAt(appliedOffset);
    changes.flushed();
    checkpointOffset = appliedOffset;
    environment.checkpointed();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      changes.close();
      database.release();
    }
  }

  @Override
  public void discard() {
    close();
    database.remove();
  }

  // ---- for DiskStateBuilder

  /** Brings what was written to the disk; without a checkpoint it is of no use to anybody. */
  void flush() {
    database.flush(true);
    changes.flushed();
  }

  DiskIndexes indexes() {
    return indexes;
  }

  DiskChanges changes() {
    return changes;
  }

  // ---- how much there is

  @Override
  public long entryCount(int index) {
    return indexes.get(index).entryCount();
  }

  @Override
  public long keyCount(int index) {
    return indexes.get(index).keyCount();
  }

  @Override
  public long rowCount() {
    return changes.rows();
  }

  @Override
  public long rowBytes() {
    return changes.rowBytes();
  }

  /** What was read is in a cache that all engines share. */
  @Override
  public long memoryBytes() {
    return changes.unflushedBytes();
  }

  @Override
  public long diskBytes() {
    return database.fileBytes();
  }

  @Override
  public long overheadBytes() {
    return indexes.present().stream()
        .mapToLong(
            index ->
                index.keyBytes()
                    + index.keyCount() * KEY_OVERHEAD_BYTES
                    + index.entryCount() * VERSION_OVERHEAD_BYTES)
        .sum();
  }
}
