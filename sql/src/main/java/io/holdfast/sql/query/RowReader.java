package io.holdfast.sql.query;

import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.expr.Input;
import java.nio.ByteBuffer;

/** The columns of one row after the other. */
final class RowReader implements Input {
  private final TableSchema schema;
  private RowView row;

  RowReader(TableSchema schema) {
    this.schema = schema;
  }

  void row(byte[] bytes) throws SqlException {
    try {
      row = RowView.of(schema, bytes);
    } catch (RowFormatException e) {
      throw new SqlException(
          RowView.isOfLaterSchema(schema, ByteBuffer.wrap(bytes))
              ? "a column was added to the table meanwhile; repeat the statement"
              : "a row of the table cannot be read: " + e.getMessage());
    }
  }

  @Override
  public Object value(int slot) throws SqlException {
    try {
      return row.get(slot);
    } catch (RowFormatException e) {
      throw new SqlException("a row of the table cannot be read: " + e.getMessage());
    }
  }
}
