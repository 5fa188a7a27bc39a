package io.holdfast.sql.plan;

import io.holdfast.protocol.row.DateNumber;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.sql.SqlException;
import java.time.LocalDate;

/** Values of key columns as they stand in keys. */
final class KeyText {
  private KeyText() {}

  /** Null for NULL. */
  static String of(Object value) throws SqlException {
    if (value instanceof LocalDate date) {
      try {
        return Integer.toString(DateNumber.of(date));
      } catch (RowFormatException e) {
        throw new SqlException(e.getMessage());
      }
    }
    return value == null ? null : value.toString();
  }
}
