package io.holdfast.tablet.storage;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.log.DeleteOp;
import io.holdfast.protocol.log.SeenRow;
import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;

/** What a record of the log means, whatever the engine that applies it. Pure functions. */
final class WriteRules {
  private WriteRules() {}

  /** The write in a record. */
  static WriteOp parse(long offset, byte[] payload) {
    try {
      return WriteOp.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("record " + offset + " is not a write", e);
    }
  }

  /** A row that was in a record. */
  static RowView row(TableSchema schema, byte[] value) {
    try {
      return RowView.of(schema, value);
    } catch (RowFormatException e) {
      throw new IllegalStateException("the log has a row of another schema", e);
    }
  }

  /** Under which time an index has a row. */
  static long time(IndexDef definition, RowView row, long putTime) {
    return definition.hasTsColumn() ? row.getLong(definition.tsColumn()) : putTime;
  }

  /** The times that are deleted. */
  static TimeRange range(DeleteOp op) {
    return new TimeRange(
        op.hasOldestTs() ? op.getOldestTs() + 1 : Long.MIN_VALUE,
        op.hasNewestTs() ? op.getNewestTs() : Long.MAX_VALUE);
  }

  /** The times under which a row was seen. */
  static TimeRange range(SeenRow seen, IndexDef definition, RowView row) {
    return seen.hasTs() ? new TimeRange(seen.getTs(), seen.getTs()) : range(definition, row);
  }

  /** The times under which an index may have a row. */
  static TimeRange range(IndexDef definition, RowView row) {
    // A row does not know the time of its put; where that counts all versions are looked at.
    if (!definition.hasTsColumn() || row.isNull(definition.tsColumn())) {
      return TimeRange.ALL;
    }
    long ts = row.getLong(definition.tsColumn());
    return new TimeRange(ts, ts);
  }
}
