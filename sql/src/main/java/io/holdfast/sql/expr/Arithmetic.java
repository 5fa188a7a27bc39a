package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression.BinaryOperator;

/**
 * Arithmetic in the wider type of both operands. Integers wrap around; division of integers by zero
 * is NULL, other division by zero is infinite or no number, as in OpenMLDB.
 */
final class Arithmetic {
  private Arithmetic() {}

  static Bound bind(BinaryOperator operator, Bound left, Bound right) throws SqlException {
    ColumnType type = type(operator, left.type(), right.type());
    boolean isConstant = left.isConstant() && right.isConstant();
    if (left.type() == null || right.type() == null) {
      return Bound.constant(type, null);
    }
    return new Bound(
        type,
        isConstant,
        in -> {
          Object a = left.value(in);
          Object b = a == null ? null : right.value(in);
          return b == null ? null : compute(operator, type, (Number) a, (Number) b);
        });
  }

  private static ColumnType type(BinaryOperator operator, ColumnType left, ColumnType right)
      throws SqlException {
    ColumnType a = left == null ? right : left;
    ColumnType b = right == null ? left : right;
    if (a == null) {
      return operator == BinaryOperator.DIVIDE ? ColumnType.DOUBLE : null;
    }
    boolean isSum = operator == BinaryOperator.ADD || operator == BinaryOperator.SUBTRACT;
    if (isSum && a == ColumnType.TIMESTAMP && TypeNames.isInteger(b)) {
      return ColumnType.TIMESTAMP;
    }
    if (operator == BinaryOperator.ADD && b == ColumnType.TIMESTAMP && TypeNames.isInteger(a)) {
      return ColumnType.TIMESTAMP;
    }
    if (operator == BinaryOperator.SUBTRACT && a == ColumnType.TIMESTAMP && a == b) {
      return ColumnType.BIGINT;
    }
    boolean isWhole = operator == BinaryOperator.INTEGER_DIVIDE;
    for (ColumnType type : new ColumnType[] {a, b}) {
      if (!(isWhole ? TypeNames.isInteger(type) : TypeNames.isNumber(type))) {
        throw new SqlException(
            operator.symbol()
                + (isWhole ? " takes integers, not " : " takes numbers, not ")
                + TypeNames.of(type)
                + "; convert it with "
                + (isWhole ? "bigint(...)" : "double(...)"));
      }
    }
    return operator == BinaryOperator.DIVIDE ? ColumnType.DOUBLE : TypeNames.wider(a, b);
  }

  private static Object compute(BinaryOperator operator, ColumnType type, Number a, Number b) {
    return switch (type) {
      case DOUBLE -> compute(operator, a.doubleValue(), b.doubleValue());
      case FLOAT -> compute(operator, a.floatValue(), b.floatValue());
      default -> {
        Long result = compute(operator, a.longValue(), b.longValue());
        yield result == null ? null : TypeNames.box(type, result);
      }
    };
  }

  private static Double compute(BinaryOperator operator, double a, double b) {
    return switch (operator) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MODULO -> a % b;
      default -> throw new IllegalArgumentException(operator + " of doubles");
    };
  }

  private static Float compute(BinaryOperator operator, float a, float b) {
    return switch (operator) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case MODULO -> a % b;
      default -> throw new IllegalArgumentException(operator + " of floats");
    };
  }

  private static Long compute(BinaryOperator operator, long a, long b) {
    return switch (operator) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case INTEGER_DIVIDE -> b == 0 ? null : (Long) (a / b);
      case MODULO -> b == 0 ? null : (Long) (a % b);
      default -> throw new IllegalArgumentException(operator + " of integers");
    };
  }

  static Bound negate(Bound operand) throws SqlException {
    ColumnType type = operand.type();
    if (type == null) {
      return operand;
    }
    if (!TypeNames.isNumber(type)) {
      throw new SqlException("- takes a number, not " + TypeNames.of(type));
    }
    return new Bound(
        type,
        operand.isConstant(),
        in -> {
          Number value = (Number) operand.value(in);
          if (value == null) {
            return null;
          }
          return TypeNames.isInteger(type)
              ? TypeNames.box(type, -value.longValue())
              : TypeNames.box(type, -value.doubleValue());
        });
  }
}
