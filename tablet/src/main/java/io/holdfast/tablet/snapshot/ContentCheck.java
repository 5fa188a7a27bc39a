package io.holdfast.tablet.snapshot;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Looks into what a snapshot holds and keeps nothing of it: rows that no tablet could read would
 * have right checksums. For one thread.
 */
final class ContentCheck implements SnapshotReader.Sink {
  private final long offset;
  private TableSchema schema;
  private final Consumer<byte[]> sessions;
  private long keys;
  private int lastIndex = -1;
  private byte[] lastKey;

  /**
   * @param offset of the snapshot; no row can be of a later one
   * @param schema null when it is not known, and then rows are not looked into
   * @param sessions throws IllegalArgumentException when the sessions are none
   */
  ContentCheck(long offset, TableSchema schema, Consumer<byte[]> sessions) {
    this.offset = offset;
    this.schema = schema;
    this.sessions = sessions;
  }

  /** How many keys there were. */
  long keys() {
    return keys;
  }

  @Override
  public void alterations(Alterations alterations) {
    schema = schema == null ? null : schema.with(alterations);
  }

  @Override
  public void sessions(byte[] encoded) {
    sessions.accept(encoded);
  }

  @Override
  public void key(int index, byte[] key) {
    if (schema != null && schema.index(index).isEmpty()) {
      throw new IllegalArgumentException("there is no index at position " + index);
    }
    // A key that does not fit a block goes on in the next.
    if (index != lastIndex || !Arrays.equals(key, lastKey)) {
      keys++;
      lastIndex = index;
      lastKey = key;
    }
  }

  @Override
  public void row(long rowOffset, byte[] value) {
    if (rowOffset < 1 || rowOffset > offset) {
      throw new IllegalArgumentException("row of offset " + rowOffset);
    }
    if (schema == null) {
      return;
    }
    try {
      RowView row = RowView.of(schema, value);
      for (int column = 0; column < schema.columns().size(); column++) {
        Object unused = row.get(column);
      }
    } catch (RowFormatException e) {
      throw new IllegalArgumentException("row of offset " + rowOffset + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void version(long ts, int row) {
    // The reader has checked that there is such a row.
  }
}
