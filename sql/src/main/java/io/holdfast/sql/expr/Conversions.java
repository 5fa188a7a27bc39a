package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;

/**
 * Values of one type as values of another: what CAST does. A value that has no counterpart becomes
 * NULL; integers that are too wide lose their upper bits, as in OpenMLDB.
 */
public final class Conversions {
  private Conversions() {}

  /** Whether there is a conversion. */
  static boolean exists(ColumnType from, ColumnType to) {
    if (from == null || from == to || to == ColumnType.STRING || from == ColumnType.STRING) {
      return true;
    }
    return switch (to) {
      case DATE -> from == ColumnType.TIMESTAMP;
      case TIMESTAMP -> from != ColumnType.BOOL;
      default ->
          from != ColumnType.DATE && !(to == ColumnType.BOOL && from == ColumnType.TIMESTAMP);
    };
  }

  /**
   * An expression's values converted.
   *
   * @throws SqlException when there is no conversion between the types
   */
  static Bound to(ColumnType type, Bound operand, ZoneId zone) throws SqlException {
    ColumnType from = operand.type();
    if (from == type) {
      return operand;
    }
    if (!exists(from, type)) {
      throw new SqlException(
          "a " + TypeNames.of(from) + " cannot be converted to " + TypeNames.of(type));
    }
    return new Bound(
        type, operand.isConstant(), in -> convert(operand.value(in), from, type, zone));
  }

  /** A value converted; null for NULL, and for what has no counterpart. */
  public static Object convert(Object value, ColumnType from, ColumnType to, ZoneId zone) {
    if (value == null || from == to) {
      return value;
    }
    if (from == ColumnType.STRING) {
      return ofText((String) value, to, zone);
    }
    return switch (to) {
      case STRING -> text(value, from, zone);
      case BOOL -> ((Number) value).doubleValue() != 0;
      case DATE -> TimeText.inRange(TimeText.local((Long) value, zone).toLocalDate());
      case TIMESTAMP ->
          value instanceof LocalDate date
              ? TimeText.timestamp(date, zone)
              : TypeNames.box(to, (Number) value);
      case SMALLINT, INT, BIGINT, FLOAT, DOUBLE ->
          TypeNames.box(to, value instanceof Boolean truth ? truth ? 1 : 0 : integral(value, to));
    };
  }

  /** Java cuts a double to a short by way of an int; a wide one shall lose its bits once only. */
  private static Number integral(Object value, ColumnType to) {
    boolean isFraction = value instanceof Double || value instanceof Float;
    return isFraction && TypeNames.isInteger(to)
        ? (Number) ((Number) value).longValue()
        : (Number) value;
  }

  private static String text(Object value, ColumnType from, ZoneId zone) {
    return from == ColumnType.TIMESTAMP ? TimeText.format((Long) value, zone) : value.toString();
  }

  private static Object ofText(String text, ColumnType to, ZoneId zone) {
    return switch (to) {
      case STRING -> text;
      case BOOL -> truth(text);
      case DATE -> TimeText.date(text);
      case TIMESTAMP -> TimeText.timestamp(text, zone);
      case SMALLINT, INT, BIGINT -> integer(text.trim(), to);
      case FLOAT, DOUBLE -> {
        Double number = fraction(text.trim());
        yield number == null ? null : TypeNames.box(to, number);
      }
    };
  }

  private static Boolean truth(String text) {
    return switch (text.trim().toLowerCase(Locale.ROOT)) {
      case "true", "t", "yes", "y", "1" -> true;
      case "false", "f", "no", "n", "0" -> false;
      default -> null;
    };
  }

  private static Object integer(String text, ColumnType to) {
    try {
      return switch (to) {
        case SMALLINT -> Short.valueOf(text);
        case INT -> Integer.valueOf(text);
        default -> Long.valueOf(text);
      };
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Double fraction(String text) {
    // Java takes suffixes and hexadecimal digits besides; no number that people write is so long.
    boolean isPlain = !text.isEmpty() && text.length() <= 400;
    for (int i = 0; i < text.length() && isPlain; i++) {
      isPlain = "0123456789.eE+-".indexOf(text.charAt(i)) >= 0;
    }
    try {
      return isPlain ? Double.valueOf(text) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** A text as the number it is: a Long if it can be one, else a Double, else null. */
  static Number number(String text) {
    Object integer = integer(text.trim(), ColumnType.BIGINT);
    return integer != null ? (Number) integer : fraction(text.trim());
  }
}
