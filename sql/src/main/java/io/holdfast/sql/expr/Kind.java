package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * What two values are compared as. Integers, timestamps and truth values are compared as integers,
 * other numbers as doubles. A text beside something else is converted to that: so {@code id = '7'}
 * finds the number 7, and a text that is no number equals none.
 */
enum Kind {
  INTEGER,
  /** Integers on one side and texts on the other: integers if the text is one, else doubles. */
  NUMBER,
  DOUBLE,
  TEXT,
  DATE,
  /** At least one side is NULL always. */
  NOTHING;

  /**
   * What values of two types are compared as.
   *
   * @throws SqlException when they cannot be compared
   */
  static Kind of(ColumnType left, ColumnType right) throws SqlException {
    if (left == null || right == null) {
      return NOTHING;
    }
    if (left == ColumnType.STRING || right == ColumnType.STRING) {
      return ofText(left == ColumnType.STRING ? right : left);
    }
    if (left == ColumnType.DATE && right == ColumnType.DATE) {
      return DATE;
    }
    boolean isTime = left == ColumnType.TIMESTAMP || right == ColumnType.TIMESTAMP;
    boolean hasDate = left == ColumnType.DATE || right == ColumnType.DATE;
    boolean hasFraction = isFraction(left) || isFraction(right);
    boolean hasTruth = left == ColumnType.BOOL || right == ColumnType.BOOL;
    if (hasDate && !isTime || isTime && (hasFraction || hasTruth)) {
      throw new SqlException(
          "a "
              + TypeNames.of(left)
              + " cannot be compared with a "
              + TypeNames.of(right)
              + "; convert one of them");
    }
    return hasFraction ? DOUBLE : INTEGER;
  }

  private static Kind ofText(ColumnType other) {
    return switch (other) {
      case STRING -> TEXT;
      case DATE -> DATE;
      case BOOL, TIMESTAMP -> INTEGER;
      case SMALLINT, INT, BIGINT -> NUMBER;
      case FLOAT, DOUBLE -> DOUBLE;
    };
  }

  private static boolean isFraction(ColumnType type) {
    return type == ColumnType.FLOAT || type == ColumnType.DOUBLE;
  }

  /**
   * A value as it is compared: a Long, Double, String or LocalDate; null for NULL and for a text
   * that cannot be compared.
   *
   * @param other the type on the other side
   */
  Object normal(Object value, ColumnType type, ColumnType other, ZoneId zone) {
    if (value == null) {
      return null;
    }
    if (type == ColumnType.STRING) {
      return switch (this) {
        case TEXT -> value;
        case NUMBER -> Conversions.number((String) value);
        case INTEGER -> {
          Object converted = Conversions.convert(value, type, other, zone);
          yield converted == null ? null : integer(converted, zone);
        }
        case DOUBLE -> Conversions.convert(value, type, ColumnType.DOUBLE, zone);
        case DATE -> TimeText.date((String) value);
        case NOTHING -> null;
      };
    }
    return switch (this) {
      case INTEGER, NUMBER -> integer(value, zone);
      case DOUBLE -> ((Number) (value instanceof Boolean b ? (b ? 1 : 0) : value)).doubleValue();
      case TEXT, DATE -> value;
      case NOTHING -> null;
    };
  }

  private static Long integer(Object value, ZoneId zone) {
    if (value instanceof Boolean truth) {
      return truth ? 1L : 0L;
    }
    return value instanceof LocalDate date
        ? TimeText.timestamp(date, zone)
        : (Long) ((Number) value).longValue();
  }

  /** What {@link #compare} says of NaN, which is neither less nor equal nor greater. */
  static final int UNORDERED = 2;

  /** Negative, zero, 1 or {@link #UNORDERED}; of values that are normal. */
  int compare(Object left, Object right) {
    return switch (this) {
      case INTEGER -> Long.compare((Long) left, (Long) right);
      case NUMBER ->
          left instanceof Long a && right instanceof Long b
              ? Long.compare(a, b)
              : compare(((Number) left).doubleValue(), ((Number) right).doubleValue());
      case DOUBLE -> compare((double) (Double) left, (double) (Double) right);
      case TEXT -> Values.compareTexts((String) left, (String) right);
      case DATE -> Integer.signum(((LocalDate) left).compareTo((LocalDate) right));
      case NOTHING -> UNORDERED;
    };
  }

  private static int compare(double left, double right) {
    if (left < right) {
      return -1;
    }
    return left > right ? 1 : left == right ? 0 : UNORDERED;
  }
}
