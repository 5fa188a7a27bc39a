package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import java.util.Locale;

/** Kinds of types, and their names for users. */
final class TypeNames {
  private TypeNames() {}

  static String of(ColumnType type) {
    return type == null ? "NULL" : type.name().toLowerCase(Locale.ROOT);
  }

  static boolean isInteger(ColumnType type) {
    return type == ColumnType.SMALLINT || type == ColumnType.INT || type == ColumnType.BIGINT;
  }

  static boolean isNumber(ColumnType type) {
    return isInteger(type) || type == ColumnType.FLOAT || type == ColumnType.DOUBLE;
  }

  /** The wider of two types of numbers. */
  static ColumnType wider(ColumnType left, ColumnType right) {
    return rank(left) >= rank(right) ? left : right;
  }

  private static int rank(ColumnType type) {
    return switch (type) {
      case SMALLINT -> 0;
      case INT -> 1;
      case BIGINT -> 2;
      case FLOAT -> 3;
      default -> 4;
    };
  }

  /** A number in the class of a type of numbers; a higher one is cut as Java does it. */
  static Object box(ColumnType type, Number number) {
    return switch (type) {
      case SMALLINT -> number.shortValue();
      case INT -> number.intValue();
      case BIGINT, TIMESTAMP -> number.longValue();
      case FLOAT -> number.floatValue();
      case DOUBLE -> number.doubleValue();
      default -> throw new IllegalArgumentException(type + " is no number");
    };
  }
}
