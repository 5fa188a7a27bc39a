package io.holdfast.jdbc.result;

import java.sql.SQLException;
import java.util.List;

/** The rows of a result, one after the other. For one thread. */
public interface Rows {
  List<ColumnInfo> columns();

  /** Goes on to the next row; false behind the last one. */
  boolean next() throws SQLException;

  /** Whether a row follows the one at hand. */
  boolean hasNext();

  /**
   * A value of the row at hand.
   *
   * @param column from 0
   * @return as {@link io.holdfast.jdbc.value.Values} takes it; null for NULL
   */
  Object value(int column) throws SQLException;

  /** The bytes of a text of the row at hand, which need not be valid UTF-8; null for NULL. */
  byte[] bytes(int column) throws SQLException;
}
