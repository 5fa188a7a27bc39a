package io.holdfast.jdbc.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.Locale;

/**
 * Values as numbers and as truth values. Digits behind the point are cut off where whole numbers
 * are wanted; what does not fit is refused and never wraps around. Stateless.
 */
final class Numbers {
  private static final int MAX_DIGITS = 1_000;

  private Numbers() {}

  static boolean toBoolean(Object value) throws SQLException {
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof String text) {
      return switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "true", "1" -> true;
        case "false", "0" -> false;
        default -> throw ValueErrors.noSuch(value, "a boolean; true, false, 1 and 0 can");
      };
    }
    if (value instanceof Number) {
      BigDecimal number = toBigDecimal(value);
      if (number.signum() == 0) {
        return false;
      }
      if (number.compareTo(BigDecimal.ONE) == 0) {
        return true;
      }
    }
    throw ValueErrors.noSuch(value, "a boolean; 1 and 0 can");
  }

  /** A whole number within bounds. */
  static long toLong(Object value, long least, long most, String target) throws SQLException {
    long number;
    if (value instanceof Boolean truth) {
      number = truth ? 1 : 0;
    } else if (value instanceof Long || value instanceof Integer || value instanceof Short) {
      number = ((Number) value).longValue();
    } else if (value instanceof java.time.Instant instant) {
      number = instant.toEpochMilli();
    } else {
      BigInteger whole = toBigDecimal(value, target).toBigInteger();
      if (whole.bitLength() > 63) {
        throw ValueErrors.outOfRange(value, target);
      }
      number = whole.longValue();
    }
    if (number < least || number > most) {
      throw ValueErrors.outOfRange(value, target);
    }
    return number;
  }

  static double toDouble(Object value) throws SQLException {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    if (value instanceof String text) {
      try {
        return Double.parseDouble(text.strip());
      } catch (NumberFormatException e) {
        throw ValueErrors.noSuch(value, "a double");
      }
    }
    throw ValueErrors.noSuch(value, "a double");
  }

  static float toFloat(Object value) throws SQLException {
    if (value instanceof Float number) {
      return number;
    }
    if (value instanceof String text) {
      try {
        return Float.parseFloat(text.strip());
      } catch (NumberFormatException e) {
        throw ValueErrors.noSuch(value, "a float");
      }
    }
    double wide = toDouble(value);
    float narrow = (float) wide;
    if (Float.isInfinite(narrow) && !Double.isInfinite(wide)) {
      throw ValueErrors.outOfRange(value, "a float");
    }
    return narrow;
  }

  static BigDecimal toBigDecimal(Object value) throws SQLException {
    return toBigDecimal(value, "a decimal number");
  }

  /** With so many digits behind the point. */
  static BigDecimal toBigDecimal(Object value, int scale) throws SQLException {
    return toBigDecimal(value).setScale(scale, RoundingMode.HALF_UP);
  }

  private static BigDecimal toBigDecimal(Object value, String target) throws SQLException {
    if (value instanceof BigDecimal number) {
      return number;
    }
    if (value instanceof BigInteger number) {
      return new BigDecimal(number);
    }
    if (value instanceof Boolean truth) {
      return truth ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      if (!Double.isFinite(number)) {
        throw ValueErrors.outOfRange(value, target);
      }
      // By its text: 0.1f is 0.1 and not 0.10000000149011612.
      return new BigDecimal(value.toString());
    }
    if (value instanceof Number number) {
      return BigDecimal.valueOf(number.longValue());
    }
    if (value instanceof String text) {
      return parsed(text, target);
    }
    throw ValueErrors.noSuch(value, target);
  }

  private static BigDecimal parsed(String text, String target) throws SQLException {
    try {
      BigDecimal number = new BigDecimal(text.strip());
      // A text of a few letters, 1e999999999, must not become a number of a thousand million
      // digits.
      if (Math.abs((long) number.scale()) + number.precision() <= MAX_DIGITS) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw ValueErrors.noSuch(text, target);
    }
    throw ValueErrors.outOfRange(text, target);
  }
}
