package io.holdfast.tablet.storage;

import com.google.protobuf.ByteString;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps all rows in memory outside the heap, each once, with sorted references from every index.
 */
public final class MemoryEngine implements StorageEngine {
  /** Pieces that a snapshot held are made room of with each collection, so many. */
  private static final int DRAINED_PER_COLLECTION = 256;

  private final Arena arena;
  private final Rows rows;
  private final MemoryIndexes indexes;
  private final MemoryReads reads;
  private long appliedOffset;
  private long logTimeMillis;
  private MemoryWalk walk;
  private int epoch;

  /** An empty engine whose first record has offset 1. */
  public MemoryEngine(TableSchema schema) {
    this(schema, 0, ChunkPool.unlimited());
  }

  /**
   * An engine that a snapshot will fill: its first record follows this offset.
   *
   * @param pool of the tablet's memory
   */
  MemoryEngine(TableSchema schema, long appliedOffset, ChunkPool pool) {
    this.appliedOffset = appliedOffset;
    this.arena = new Arena(pool);
    this.rows = new Rows(arena);
    this.indexes = new MemoryIndexes(schema, arena, rows);
    this.reads = new MemoryReads(rows);
  }

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
    logTimeMillis = now;
    appliedOffset = offset;
    return result;
  }

  @Override
  public void skip(long offset) {
    checkFollows(offset);
    appliedOffset = offset;
  }

  private void checkFollows(long offset) {
    if (offset != appliedOffset + 1) {
      throw new IllegalStateException("record " + offset + " after " + appliedOffset);
    }
  }

  private ApplyResult put(long offset, PutOp op, long now) {
    byte[] value = op.getValue().toByteArray();
    RowView view = view(value);
    List<IndexKey> keys = indexes.kept(op.getKeysList());
    long[] times = new long[keys.size()];
    for (int i = 0; i < times.length; i++) {
      times[i] =
          WriteRules.time(indexes.get(keys.get(i).getIndex()).definition(), view, op.getTime());
    }
    if (op.getIfAbsent() && times.length > 0 && isPresent(keys.get(0), times[0], value, now)) {
      return new ApplyResult(ApplyResult.Outcome.IGNORED, 0);
    }
    int row = rows.add(value, offset);
    // Held until all indexes have it: a full one may let go of it at once.
    rows.hold(row);
    for (int i = 0; i < times.length; i++) {
      IndexKey key = keys.get(i);
      indexes.get(key.getIndex()).put(key.getKey().toByteArray(), times[i], row);
    }
    rows.release(row);
    return new ApplyResult(ApplyResult.Outcome.PUT, 0);
  }

  private ApplyResult alter(long offset, AlterOp op, long now) {
    try {
      Alterations wanted = AlterationsCodec.decode(op);
      if (wanted.version() > indexes.alterations().version()) {
        boolean truncates = wanted.truncations() > indexes.alterations().truncations();
        indexes.become(wanted, now);
        if (truncates) {
          truncate(offset);
        }
        return new ApplyResult(ApplyResult.Outcome.ALTERED, 0);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("record " + offset + " alters another table", e);
    }
    return new ApplyResult(ApplyResult.Outcome.IGNORED, 0);
  }

  /** From here on there is nothing; what there was is let go of a little at a time. */
  private void truncate(long offset) {
    indexes.truncate();
    rows.truncate(offset);
  }

  private ApplyResult fill(long offset, FillOp op, long now) {
    if (indexes.isDeleted(op.getKey().getIndex())) {
      return new ApplyResult(ApplyResult.Outcome.IGNORED, 0);
    }
    byte[] value = op.getValue().toByteArray();
    Filling<Integer> filling = new Filling<>(indexes, schema(), op, value, view(value), now);
    if (filling.isDone()) {
      return new ApplyResult(ApplyResult.Outcome.IGNORED, 0);
    }
    Integer found = filling.found();
    int row = found == null ? rows.add(value, offset) : found;
    // Held until the index has it: a full one may let go of it at once.
    rows.hold(row);
    MemoryIndex index = indexes.get(op.getKey().getIndex());
    index.fill(op.getKey().getKey().toByteArray(), op.getTs(), row, now);
    rows.release(row);
    return new ApplyResult(ApplyResult.Outcome.FILLED, 0);
  }

  /** Whether a key has this very row; where the time is that of the put, under any time. */
  private boolean isPresent(IndexKey key, long ts, byte[] value, long now) {
    MemoryIndex index = indexes.get(key.getIndex());
    KeyEntry entry = index.find(key.getKey().toByteArray());
    if (entry == null) {
      return false;
    }
    boolean anyTime = !index.definition().hasTsColumn();
    boolean[] found = {false};
    entry.visitDown(
        Math.max(anyTime ? 0 : entry.lowerBound(ts), index.firstLive(entry, now)),
        anyTime ? entry.size() : entry.upperBound(ts),
        (time, row) -> {
          found[0] = rows.hasValue(row, value);
          return !found[0];
        });
    return found[0];
  }

  private ApplyResult delete(DeleteOp op, long now) {
    TimeRange range = WriteRules.range(op);
    long removed = 0;
    HeldRows hit = new HeldRows(rows);
    for (IndexKey key : indexes.kept(op.getKeysList())) {
      MemoryIndex index = indexes.get(key.getIndex());
      KeyEntry entry = index.find(key.getKey().toByteArray());
      if (entry != null) {
        removed += index.delete(entry, range, now, hit::add);
      }
    }
    for (int position : op.getWholeIndexesList()) {
      if (indexes.isDeleted(position)) {
        continue;
      }
      MemoryIndex index = indexes.get(position);
      KeyEntry entry = index.ceiling(null);
      while (entry != null) {
        KeyEntry next = index.after(entry);
        removed += index.delete(entry, range, now, hit::add);
        entry = next;
      }
    }
    if (op.getWholeRows()) {
      hit.forEach(row -> deleteEverywhere(row, now));
    }
    hit.release();
    return new ApplyResult(ApplyResult.Outcome.DELETED, removed);
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
      MemoryIndex index = indexes.get(position);
      TimeRange range = WriteRules.range(seen, index.definition(), view(value));
      HeldRows hit = new HeldRows(rows);
      for (int row : indexes.like(position, key, range, value, now)) {
        hit.add(row);
        removed++;
      }
      hit.forEach(
          row -> {
            // By the key that it was found under first: its client may have put it under another
            // one than the row has.
            index.deleteRow(key, range, row, now);
            deleteEverywhere(row, now);
          });
      hit.release();
    }
    return new ApplyResult(ApplyResult.Outcome.DELETED, removed);
  }

  private void deleteEverywhere(int row, long now) {
    // Held by nobody but the caller.
    if (rows.references(row) == 1) {
      return;
    }
    RowView view = view(rows.value(row));
    for (MemoryIndex index : indexes.present()) {
      byte[] key = KeyCodec.key(schema(), index.definition(), view);
      index.deleteRow(key, WriteRules.range(index.definition(), view), row, now);
    }
  }

  private RowView view(byte[] value) {
    return WriteRules.row(schema(), value);
  }

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
    arena.drain(DRAINED_PER_COLLECTION);
    // Nothing that a later record may still find leaves before its time in the log has come, or a
    // delete or a conditional put would do different things on different replicas.
    return indexes.gc(Math.min(nowMillis, logTimeMillis), budget);
  }

  @Override
  public StateWalk beginWalk(Consumer<SavedKey> consumer) {
    if (walk != null && walk.isOpen()) {
      throw new IllegalStateException("a walk is under way");
    }
    epoch++;
    walk = indexes.beginWalk(logTimeMillis, epoch, consumer, arena);
    return walk;
  }

  @Override
  public long stateHash() {
    StateHash hash = new StateHash(logTimeMillis);
    if (!alterations().isNone()) {
      hash.addAlterations(AlterationsCodec.encode(alterations()).toByteArray());
    }
    for (MemoryIndex index : indexes.present()) {
      for (KeyEntry entry = index.ceiling(null); entry != null; entry = index.after(entry)) {
        hash.add(
            new MemorySavedKey(
                index.definition(),
                entry.key(),
                entry,
                rows,
                index.ages(),
                logTimeMillis,
                () -> {}));
      }
    }
    return hash.value();
  }

  /** For {@link MemoryStateBuilder}. */
  void restoreLogTime(long millis) {
    logTimeMillis = millis;
  }

  /** For {@link MemoryStateBuilder}, before anything is in. */
  void restoreAlterations(Alterations saved) {
    indexes.restore(saved, logTimeMillis);
  }

  /** For {@link MemoryStateBuilder}, which adds to them. */
  Rows rows() {
    return rows;
  }

  /** The index at a position; null when none is there. */
  MemoryIndex liveIndex(int position) {
    return indexes.find(position);
  }

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
    return rows.count();
  }

  @Override
  public long rowBytes() {
    return rows.bytes();
  }

  @Override
  public long overheadBytes() {
    return rows.count() * Rows.OVERHEAD_BYTES + indexes.overheadBytes();
  }

  @Override
  public long reservedBytes() {
    return arena.reservedBytes();
  }

  @Override
  public boolean hasRoomFor(byte[] payload) {
    if (!arena.isPoolFull()) {
      return true;
    }
    WriteOp op = WriteRules.parse(appliedOffset + 1, payload);
    IntArray sizes = new IntArray();
    switch (op.getOpCase()) {
      case PUT -> {
        sizes.add(Rows.bytes(op.getPut().getValue().size()));
        addSizes(op.getPut().getKeysList(), sizes);
      }
      case FILL -> {
        sizes.add(Rows.bytes(op.getFill().getValue().size()));
        addSizes(List.of(op.getFill().getKey()), sizes);
      }
      case DELETE, DELETE_ROWS, ALTER, OP_NOT_SET -> {
        return true;
      }
    }
    return arena.hasRoomFor(sizes);
  }

  private void addSizes(List<IndexKey> keys, IntArray sizes) {
    for (IndexKey key : indexes.kept(keys)) {
      MemoryIndex index = indexes.find(key.getIndex());
      if (index != null) {
        index.addSizes(key.getKey().toByteArray(), sizes);
      }
    }
  }

  /** For {@link MemoryStateBuilder}: how much the pool may have given out when this takes more. */
  void bound(long bytes) {
    arena.bound(bytes);
  }

  @Override
  public void close() {
    arena.close();
  }

  /** For key texts of calls. */
  public static byte[] keyBytes(String key) {
    return ByteString.copyFromUtf8(key).toByteArray();
  }
}
