package io.holdfast.sql.parse;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression.Literal;

/** Numbers as literals. */
final class Numbers {
  private Numbers() {}

  /**
   * The literal of the number that comes next. Integers are INT if they fit and BIGINT otherwise or
   * with the suffix L; others are DOUBLE, and FLOAT with the suffix f.
   *
   * @param negative whether a minus stood before it
   */
  static Literal read(TokenStream in, boolean negative) throws SqlException {
    String text = in.text();
    try {
      Literal literal = literal(text, negative);
      in.skip();
      return literal;
    } catch (NumberFormatException e) {
      String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
      throw in.fault("'" + shown + "' is not a number that fits a column");
    }
  }

  private static Literal literal(String text, boolean negative) {
    String sign = negative ? "-" : "";
    if (text.startsWith("0x") || text.startsWith("0X")) {
      return integer(Long.parseLong(sign + text.substring(2), 16), false);
    }
    char last = text.charAt(text.length() - 1);
    String digits = text.substring(0, text.length() - 1);
    if (last == 'L' || last == 'l') {
      return integer(Long.parseLong(sign + digits), true);
    }
    if (isAllDigits(text)) {
      return integer(Long.parseLong(sign + text), false);
    }
    if (last == 'f' || last == 'F') {
      float value = Float.parseFloat(sign + checked(digits));
      if (Float.isInfinite(value)) {
        throw new NumberFormatException();
      }
      return new Literal(value, ColumnType.FLOAT);
    }
    double value = Double.parseDouble(sign + checked(text));
    if (Double.isInfinite(value)) {
      throw new NumberFormatException();
    }
    return new Literal(value, ColumnType.DOUBLE);
  }

  private static Literal integer(long value, boolean isLong) {
    return !isLong && value == (int) value
        ? new Literal((int) value, ColumnType.INT)
        : new Literal(value, ColumnType.BIGINT);
  }

  private static boolean isAllDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Java knows more forms of numbers than SQL does: 1d, 0x1p3, NaN. */
  private static String checked(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789.eE+-".indexOf(text.charAt(i)) < 0) {
        throw new NumberFormatException();
      }
    }
    return text;
  }
}
