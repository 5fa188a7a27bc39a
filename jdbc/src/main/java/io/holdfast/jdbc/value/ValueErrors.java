package io.holdfast.jdbc.value;

import java.sql.SQLDataException;

/** What is said when a value is not of use as what somebody wants it to be. */
final class ValueErrors {
  private static final int SHOWN = 60;

  private ValueErrors() {}

  static SQLDataException noSuch(Object value, String target) {
    return new SQLDataException(describe(value) + " cannot be read as " + target, "22018");
  }

  static SQLDataException outOfRange(Object value, String target) {
    return new SQLDataException(describe(value) + " does not fit into " + target, "22003");
  }

  static String describe(Object value) {
    String text = String.valueOf(value);
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return value instanceof String ? "the text '" + shown + "'" : kind(value) + " " + shown;
  }

  private static String kind(Object value) {
    return value == null ? "" : "the " + value.getClass().getSimpleName();
  }
}
