package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.ValueText;
import java.nio.charset.StandardCharsets;

/** Column values as words of a command and as cells of a table. */
final class Cells {
  private Cells() {}

  /**
   * A word as a value; {@code null} is NULL.
   *
   * @throws IllegalArgumentException when the word does not fit the type
   */
  static Object parse(String word, DataType type) {
    ColumnType columnType =
        ColumnType.of(type)
            .orElseThrow(() -> new IllegalArgumentException("no values of " + type + " here"));
    try {
      return ValueText.parse(columnType, word);
    } catch (RowFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** A value as a cell. */
  static String text(Object value) {
    return ValueText.format(value);
  }

  /** A value for JSON. */
  static Object json(Object value) {
    return value instanceof Number || value instanceof Boolean || value == null
        ? value
        : value.toString();
  }

  /** Bytes of a table without columns. */
  static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }
}
