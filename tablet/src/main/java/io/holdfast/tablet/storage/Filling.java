package io.holdfast.tablet.storage;

import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import java.util.List;

/**
 * What is to be done to have one row found by an added index. Looks only at what is not too old, so
 * that it comes out alike on every replica, whatever each has collected.
 */
final class Filling<R> {
  /**
   * What it asks the engine.
   *
   * @param <R> a row; equal when it is the same, not when it only looks the same
   */
  interface Rows<R> {
    /** The indexes that were not deleted, by position. */
    List<IndexDef> live();

    /** Frees the versions of a key that are too old. */
    void purge(int position, byte[] key, long nowMillis);

    /** Rows of a key, in a range of times and not too old, that look like one. */
    List<R> like(int position, byte[] key, TimeRange range, byte[] value, long nowMillis);
  }

  private final Rows<R> rows;
  private final TableSchema schema;
  private final FillOp op;
  private final byte[] value;
  private final RowView view;
  private final long now;
  private final int position;
  private final List<R> there;
  private final R found;

  /**
   * @param value the row of the record
   * @param view of the same
   * @param now the log's time
   */
  Filling(Rows<R> rows, TableSchema schema, FillOp op, byte[] value, RowView view, long now) {
    this.rows = rows;
    this.schema = schema;
    this.op = op;
    this.value = value;
    this.view = view;
    this.now = now;
    this.position = op.getKey().getIndex();
    byte[] key = op.getKey().getKey().toByteArray();
    // Or a row might be put under the key a second time while the first is not freed yet.
    rows.purge(position, key, now);
    this.there = rows.like(position, key, new TimeRange(op.getTs(), op.getTs()), value, now);
    this.found = there.size() < op.getCopies() ? find() : null;
  }

  /** Whether the index finds the row already, or must not find it any more. */
  boolean isDone() {
    return there.size() >= op.getCopies() || (op.getOwn() && found == null);
  }

  /** The row, if other indexes of this partition have it: it is kept once. */
  R found() {
    return found;
  }

  private R find() {
    List<IndexDef> others = op.getOwn() ? rows.live().subList(0, 1) : rows.live();
    for (IndexDef other : others) {
      TimeRange range = other.position() == position ? null : range(other);
      if (range == null) {
        continue;
      }
      byte[] key = KeyCodec.key(schema, other, view);
      for (R row : rows.like(other.position(), key, range, value, now)) {
        if (!there.contains(row)) {
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
}
