package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.type.DataType;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Column values as words of a command and as cells of a table. */
final class Cells {
  private Cells() {}

  /**
   * A word as a value; {@code null} and {@code -}, the way NULL is printed, are NULL.
   *
   * @throws IllegalArgumentException when the word does not fit the type
   */
  static Object parse(String word, DataType type) {
    if (word.equals("null") || word.equals("NULL") || word.equals("-")) {
      return null;
    }
    return switch (type) {
      case kBool -> bool(word);
      case kSmallInt -> Short.valueOf(word);
      case kInt -> Integer.valueOf(word);
      case kBigInt, kTimestamp -> Long.valueOf(word);
      case kFloat -> Float.valueOf(word);
      case kDouble -> Double.valueOf(word);
      case kDate -> date(word);
      case kVarchar, kString -> word;
      case kArray, kMap -> throw new IllegalArgumentException("no values of " + type + " here");
    };
  }

  /** A value as a cell; NULL is empty, which the printer shows as a dash. */
  static String text(Object value) {
    return value == null ? "" : value.toString();
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

  private static Boolean bool(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> throw new IllegalArgumentException(word + " is neither true nor false");
    };
  }

  private static LocalDate date(String word) {
    try {
      return LocalDate.parse(word);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(word + " is no date like 2026-01-31", e);
    }
  }
}
