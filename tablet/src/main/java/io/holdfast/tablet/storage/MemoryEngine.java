package io.holdfast.tablet.storage;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.log.AlterOp;
import io.holdfast.protocol.log.DeleteOp;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.PutOp;
import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.KeyTable.KeyEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps all rows on the heap, each once, with sorted references from every index. */
public final class MemoryEngine implements StorageEngine {
  private static final int ROW_OVERHEAD_BYTES = 48;

  private final MemoryIndexes indexes;
  private final MemoryReads reads;
  private long appliedOffset;
  private long logTimeMillis;
  private long rows;
  private long rowBytes;

  /** Offset of the last record that removed all rows. */
  private long truncatedAt;

  private MemoryWalk walk;
  private int epoch;

  /** An empty engine whose first record has offset 1. */
  public MemoryEngine(TableSchema schema) {
    this(schema, 0);
  }

  /** An engine that a snapshot will fill: its first record follows this offset. */
  public MemoryEngine(TableSchema schema, long appliedOffset) {
    this.appliedOffset = appliedOffset;
    this.indexes = new MemoryIndexes(schema, this::release);
    this.reads = new MemoryReads();
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
    Row row = new Row(value, offset);
    rows++;
    rowBytes += value.length;
    // Held until all indexes have it: a full one may let go of it at once.
    row.references++;
    for (int i = 0; i < times.length; i++) {
      IndexKey key = keys.get(i);
      indexes.get(key.getIndex()).put(key.getKey().toByteArray(), times[i], row);
    }
    release(row);
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
    rows = 0;
    rowBytes = 0;
    truncatedAt = offset;
  }

  private ApplyResult fill(long offset, FillOp op, long now) {
    if (indexes.isDeleted(op.getKey().getIndex())) {
      return new ApplyResult(ApplyResult.Outcome.IGNORED, 0);
    }
    byte[] value = op.getValue().toByteArray();
    Filling<Row> filling = new Filling<>(indexes, schema(), op, value, view(value), now);
    if (filling.isDone()) {
      return new ApplyResult(ApplyResult.Outcome.IGNORED, 0);
    }
    Row row = filling.found();
    if (row == null) {
      row = new Row(value, offset);
      rows++;
      rowBytes += value.length;
    }
    // Held until the index has it: a full one may let go of it at once.
    row.references++;
    MemoryIndex index = indexes.get(op.getKey().getIndex());
    index.fill(op.getKey().getKey().toByteArray(), op.getTs(), row, now);
    release(row);
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
          found[0] = Arrays.equals(row.value, value);
          return !found[0];
        });
    return found[0];
  }

  private ApplyResult delete(DeleteOp op, long now) {
    TimeRange range = WriteRules.range(op);
    long removed = 0;
    List<Row> hit = new ArrayList<>();
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
    return new ApplyResult(ApplyResult.Outcome.DELETED, removed);
  }

  private void deleteEverywhere(Row row, long now) {
    if (row.references == 0) {
      return;
    }
    RowView view = view(row.value);
    for (MemoryIndex index : indexes.present()) {
      byte[] key = KeyCodec.key(schema(), index.definition(), view);
      index.deleteRow(key, WriteRules.range(index.definition(), view), row, now);
    }
  }

  private void release(Row row) {
    row.references--;
    // One from before the table was truncated is not counted any more.
    if (row.references == 0 && row.offset > truncatedAt) {
      rows--;
      rowBytes -= row.value.length;
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
      int skip,
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
    walk = indexes.beginWalk(logTimeMillis, epoch, consumer);
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
                index.definition(), entry.key(), entry, index.ages(), logTimeMillis));
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

  /** For {@link MemoryStateBuilder}: one more row. */
  void restored(int valueBytes) {
    rows++;
    rowBytes += valueBytes;
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
    return rows;
  }

  @Override
  public long rowBytes() {
    return rowBytes;
  }

  @Override
  public long overheadBytes() {
    return rows * ROW_OVERHEAD_BYTES + indexes.overheadBytes();
  }

  /** For key texts of calls. */
  public static byte[] keyBytes(String key) {
    return ByteString.copyFromUtf8(key).toByteArray();
  }
}
