package io.holdfast.protocol.row;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values as an operator types and reads them. Stateless. */
public final class ValueText {
  private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d{1,2})-(\\d{1,2})");

  private ValueText() {}

  /**
   * Reads a value: {@code true}/{@code false}, decimal numbers, {@code yyyy-mm-dd}, milliseconds
   * for a timestamp, strings as they are. {@code null} in any case, and the key text for NULL, mean
   * NULL in every column.
   *
   * @return of the class that {@link ColumnType} names; null for NULL
   * @throws RowFormatException when the text is no such value
   */
  public static Object parse(ColumnType type, String text) throws RowFormatException {
    if (text.equalsIgnoreCase("null") || text.equals(KeyCodec.NULL_TEXT)) {
      return null;
    }
    try {
      return switch (type) {
        case BOOL -> bool(text);
        case SMALLINT -> Short.valueOf(text);
        case INT -> Integer.valueOf(text);
        case BIGINT, TIMESTAMP -> Long.valueOf(text);
        case FLOAT -> Float.valueOf(text);
        case DOUBLE -> Double.valueOf(text);
        case DATE -> date(text);
        case STRING -> text;
      };
    } catch (NumberFormatException e) {
      throw wrong(type, text);
    }
  }

  private static Boolean bool(String text) throws RowFormatException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> throw wrong(ColumnType.BOOL, text);
    };
  }

  private static LocalDate date(String text) throws RowFormatException {
    Matcher matcher = DATE.matcher(text);
    if (matcher.matches()) {
      try {
        return LocalDate.of(
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            Integer.parseInt(matcher.group(3)));
      } catch (DateTimeException e) {
        // The same message as for a text of another shape.
      }
    }
    throw wrong(ColumnType.DATE, text);
  }

  private static RowFormatException wrong(ColumnType type, String text) {
    return new RowFormatException(
        "'" + text + "' is not a " + type.name().toLowerCase(Locale.ROOT));
  }

  /**
   * Writes a value so that {@link #parse} reads it; floats have six decimals, NULL is {@code -}.
   */
  public static String format(Object value) {
    if (value == null) {
      return "-";
    }
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number)
          ? String.format(Locale.ROOT, "%.6f", number)
          : Double.toString(number);
    }
    return value.toString();
  }
}
