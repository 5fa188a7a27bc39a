package io.holdfast.tablet.storage;

import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.RowView;
import io.holdfast.tablet.storage.KeyTable.KeyEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is to be done to have one row found by an added index. Looks only at what is not too old, so
 * that it comes out alike on every replica, whatever each has collected.
 */
final class Filling {
  private final MemoryIndexes indexes;
  private final FillOp op;
  private final byte[] value;
  private final RowView view;
  private final long now;
  private final MemoryIndex index;
  private final List<Row> there;
  private final Row found;

  /**
   * @param value the row of the record
   * @param view of the same
   * @param now the log's time
   */
  Filling(MemoryIndexes indexes, FillOp op, byte[] value, RowView view, long now) {
    this.indexes = indexes;
    this.op = op;
    this.value = value;
    this.view = view;
    this.now = now;
    this.index = indexes.get(op.getKey().getIndex());
    byte[] key = op.getKey().getKey().toByteArray();
    // Or a row might be put under the key a second time while the first is not freed yet.
    index.purge(key, now);
    this.there = rows(index, key, new TimeRange(op.getTs(), op.getTs()));
    this.found = there.size() < op.getCopies() ? find() : null;
  }

  /** The index that is filled. */
  MemoryIndex index() {
    return index;
  }

  /** Whether the index finds the row already, or must not find it any more. */
  boolean isDone() {
    return there.size() >= op.getCopies() || (op.getOwn() && found == null);
  }

  /** The row, if other indexes of this partition have it: it is kept once. */
  Row found() {
    return found;
  }

  private Row find() {
    List<MemoryIndex> others = op.getOwn() ? indexes.live().subList(0, 1) : indexes.live();
    for (MemoryIndex other : others) {
      if (other == index) {
        continue;
      }
      IndexDef definition = other.definition();
      TimeRange range = range(definition);
      if (range == null) {
        continue;
      }
      for (Row row : rows(other, KeyCodec.key(indexes.schema(), definition, view), range)) {
        if (there.stream().noneMatch(known -> known == row)) {
          return row;
        }
      }
    }
    return null;
  }

  /** The time that the row has in an index; null when that is not known, or cannot be. */
  private TimeRange range(IndexDef definition) {
    if (!definition.hasTsColumn()) {
      return op.hasPutMillis() ? new TimeRange(op.getPutMillis(), op.getPutMillis()) : null;
    }
    if (view.isNull(definition.tsColumn())) {
      return null;
    }
    long ts = view.getLong(definition.tsColumn());
    return new TimeRange(ts, ts);
  }

  /** Rows equal to this one that a key has. */
  private List<Row> rows(MemoryIndex in, byte[] key, TimeRange range) {
    List<Row> rows = new ArrayList<>();
    KeyEntry entry = in.find(key);
    if (entry != null) {
      entry.visitDown(
          Math.max(entry.lowerBound(range.low()), in.firstLive(entry, now)),
          entry.upperBound(range.high()),
          (ts, row) -> {
            if (Arrays.equals(row.value, value)) {
              rows.add(row);
            }
            return true;
          });
    }
    return rows;
  }
}
