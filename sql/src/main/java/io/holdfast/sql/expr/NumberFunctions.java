package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Functions of numbers. */
final class NumberFunctions {
  /** More decimals than a double has. */
  private static final int MAX_DECIMALS = 300;

  private NumberFunctions() {}

  /** Null when no function of numbers has that name. */
  static Bound bind(String name, List<Bound> arguments) throws SqlException {
    return switch (name) {
      case "abs" -> abs(name, arguments);
      case "ceil", "ceiling" -> whole(name, arguments, Math::ceil);
      case "floor" -> whole(name, arguments, Math::floor);
      case "round" -> round(name, arguments);
      case "sqrt" -> real(name, arguments, Math::sqrt);
      case "exp" -> real(name, arguments, Math::exp);
      case "ln", "log" -> real(name, arguments, Math::log);
      case "pow", "power" -> {
        Functions.count(name, arguments, 2, 2);
        yield Functions.strict(
            ColumnType.DOUBLE,
            numbers(name, arguments),
            values ->
                Math.pow(((Number) values[0]).doubleValue(), ((Number) values[1]).doubleValue()));
      }
      default -> null;
    };
  }

  private static List<Bound> numbers(String name, List<Bound> arguments) throws SqlException {
    for (Bound argument : arguments) {
      if (argument.type() != null && !TypeNames.isNumber(argument.type())) {
        throw Functions.arguments(name, "numbers, not " + TypeNames.of(argument.type()));
      }
    }
    return arguments;
  }

  /** The type of the first argument; DOUBLE for NULL. */
  private static ColumnType type(List<Bound> arguments) {
    ColumnType type = arguments.get(0).type();
    return type == null ? ColumnType.DOUBLE : type;
  }

  private static Bound abs(String name, List<Bound> arguments) throws SqlException {
    Functions.count(name, arguments, 1, 1);
    ColumnType type = numbers(name, arguments).get(0).type();
    if (type == null) {
      return Bound.NULL;
    }
    return Functions.strict(
        type,
        arguments,
        values -> {
          Number value = (Number) values[0];
          return TypeNames.isInteger(type)
              ? TypeNames.box(type, Math.abs(value.longValue()))
              : TypeNames.box(type, Math.abs(value.doubleValue()));
        });
  }

  /** Integers stay what they are, as bigint; others become whole doubles. */
  private static Bound whole(String name, List<Bound> arguments, DoubleUnaryOperator operator)
      throws SqlException {
    Functions.count(name, arguments, 1, 1);
    ColumnType type =
        TypeNames.isInteger(type(numbers(name, arguments))) ? ColumnType.BIGINT : ColumnType.DOUBLE;
    return Functions.strict(
        type,
        arguments,
        values ->
            type == ColumnType.BIGINT
                ? (Object) ((Number) values[0]).longValue()
                : (Object) operator.applyAsDouble(((Number) values[0]).doubleValue()));
  }

  /** To so many decimals, halves away from zero. */
  private static Bound round(String name, List<Bound> arguments) throws SqlException {
    Functions.count(name, arguments, 1, 2);
    numbers(name, arguments);
    if (arguments.size() == 2
        && arguments.get(1).type() != null
        && !TypeNames.isInteger(arguments.get(1).type())) {
      throw Functions.arguments(name, "an integer as the number of decimals");
    }
    boolean isInteger = TypeNames.isInteger(type(arguments));
    return Functions.strict(
        isInteger ? ColumnType.BIGINT : ColumnType.DOUBLE,
        arguments,
        values -> {
          long wanted = values.length < 2 ? 0 : ((Number) values[1]).longValue();
          int decimals = (int) Math.max(-MAX_DECIMALS, Math.min(MAX_DECIMALS, wanted));
          Number value = (Number) values[0];
          if (isInteger) {
            return decimals >= 0
                ? (Object) value.longValue()
                : (Object) rounded(new BigDecimal(value.longValue()), decimals).longValue();
          }
          double number = value.doubleValue();
          return Double.isFinite(number)
              ? rounded(new BigDecimal(value.toString()), decimals).doubleValue()
              : number;
        });
  }

  private static BigDecimal rounded(BigDecimal number, int decimals) {
    return number.setScale(decimals, RoundingMode.HALF_UP);
  }

  private static Bound real(String name, List<Bound> arguments, DoubleUnaryOperator operator)
      throws SqlException {
    Functions.count(name, arguments, 1, 1);
    return Functions.strict(
        ColumnType.DOUBLE,
        numbers(name, arguments),
        values -> operator.applyAsDouble(((Number) values[0]).doubleValue()));
  }
}
