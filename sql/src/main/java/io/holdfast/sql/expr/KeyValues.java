package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * Which values of a column equal a constant of perhaps another type: what a key is looked up with.
 */
public final class KeyValues {
  /** Below it every integer is a double of its own. */
  private static final double MAX_EXACT = 1L << 53;

  private KeyValues() {}

  /**
   * The values of a column that equal a constant.
   *
   * @return one value, of the class that the column's type names, or none when nothing equals the
   *     constant; empty when it cannot be said as a list of values
   */
  public static Optional<List<Object>> equal(
      ColumnType column, ColumnType type, Object constant, ZoneId zone) throws SqlException {
    if (type == null || constant == null) {
      return Optional.of(List.of());
    }
    Kind kind = Kind.of(column, type);
    Object normal = kind.normal(constant, type, column, zone);
    if (normal == null) {
      return Optional.of(List.of());
    }
    return switch (column) {
      case STRING -> kind == Kind.TEXT ? Optional.of(List.of(normal)) : Optional.empty();
      case DATE -> kind == Kind.DATE ? Optional.of(List.of(normal)) : Optional.empty();
      case SMALLINT, INT, BIGINT, TIMESTAMP, BOOL -> integer(column, normal);
      case FLOAT, DOUBLE -> Optional.empty();
    };
  }

  private static Optional<List<Object>> integer(ColumnType column, Object normal) {
    long value;
    if (normal instanceof Double number) {
      if (Math.abs(number) >= MAX_EXACT) {
        return Optional.empty();
      }
      value = number.longValue();
      if (value != number) {
        return Optional.of(List.of());
      }
    } else {
      value = (Long) normal;
    }
    Object boxed =
        switch (column) {
          case BOOL -> value == 0 || value == 1 ? (Object) (value == 1) : null;
          case SMALLINT -> value == (short) value ? (Object) (short) value : null;
          case INT -> value == (int) value ? (Object) (int) value : null;
          default -> value;
        };
    return Optional.of(boxed == null ? List.of() : List.of(boxed));
  }

  /**
   * The integer that values of an integer or timestamp column are compared with; empty when they
   * are not compared as integers.
   */
  public static Optional<Long> bound(
      ColumnType column, ColumnType type, Object constant, ZoneId zone) throws SqlException {
    Kind kind = Kind.of(column, type);
    return kind.normal(constant, type, column, zone) instanceof Long value
        ? Optional.of(value)
        : Optional.empty();
  }
}
