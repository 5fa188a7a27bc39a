package io.holdfast.jdbc.result;

import io.holdfast.jdbc.value.JdbcType;
import java.sql.ResultSetMetaData;

/**
 * A column of a result.
 *
 * @param nullable one of the constants of {@link ResultSetMetaData}
 */
public record ColumnInfo(String label, JdbcType type, int nullable) {
  /** A column of which nobody knows whether it has NULLs. */
  public ColumnInfo(String label, JdbcType type) {
    this(label, type, ResultSetMetaData.columnNullableUnknown);
  }
}
