package io.holdfast.sql.write;

import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.expr.Bound;
import io.holdfast.sql.expr.Conversions;
import java.time.ZoneId;
import java.util.Locale;

/**
 * Values put into columns. More is refused than CAST would do: nothing is written that is not what
 * was said, so numbers must fit, and texts must be readable as the column's type.
 */
final class Assignment {
  private final ZoneId zone;

  Assignment(ZoneId zone) {
    this.zone = zone;
  }

  /** The value for a column, of the class that its type names; null for NULL. */
  Object value(Column column, Bound bound) throws SqlException {
    Object value = bound.constant();
    if (value == null) {
      if (column.notNull()) {
        throw new SqlException("column " + column.name() + " does not accept NULL");
      }
      return null;
    }
    return value(column, bound.type(), value);
  }

  /** What DEFAULT means: a text that is read as the column's type. */
  Object ofDefault(Column column, String text) throws SqlException {
    if (column.type() == ColumnType.TIMESTAMP && text.matches("-?\\d{1,18}")) {
      // A default's text does not say whether it was a number.
      return Long.valueOf(text);
    }
    return value(column, ColumnType.STRING, text);
  }

  private Object value(Column column, ColumnType from, Object value) throws SqlException {
    ColumnType to = column.type();
    if (from == to) {
      return value;
    }
    Object converted =
        switch (to) {
          case SMALLINT, INT, BIGINT -> integer(from, to, value);
          case FLOAT, DOUBLE ->
              value instanceof Number && from != ColumnType.TIMESTAMP || from == ColumnType.STRING
                  ? Conversions.convert(value, from, to, zone)
                  : null;
          case TIMESTAMP ->
              value instanceof Float || value instanceof Double || value instanceof Boolean
                  ? null
                  : Conversions.convert(value, from, to, zone);
          case BOOL, DATE ->
              from == ColumnType.STRING ? Conversions.convert(value, from, to, zone) : null;
          case STRING -> null;
        };
    if (converted == null || converted instanceof Float number && number.isInfinite()) {
      throw new SqlException(
          "column "
              + column.name()
              + " is "
              + name(to)
              + " and cannot hold the "
              + name(from)
              + " "
              + excerpt(value));
    }
    return converted;
  }

  private Object integer(ColumnType from, ColumnType to, Object value) {
    if (from == ColumnType.STRING) {
      return Conversions.convert(value, from, to, zone);
    }
    boolean isWhole = value instanceof Short || value instanceof Integer || value instanceof Long;
    if (!isWhole || from == ColumnType.TIMESTAMP && to != ColumnType.BIGINT) {
      return null;
    }
    long number = ((Number) value).longValue();
    Object converted = Conversions.convert(value, from, to, zone);
    return ((Number) converted).longValue() == number ? converted : null;
  }

  private static String name(ColumnType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static String excerpt(Object value) {
    String text = value.toString();
    String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
    return value instanceof String ? "'" + shown + "'" : shown;
  }
}
