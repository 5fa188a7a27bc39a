package io.holdfast.sql.query;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.BinaryOperator;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Computes expressions in another way than the executor: straight from the tree, with big integers
 * that are cut at the end, truth values as numbers 0, 1/2 and 1, and LIKE by regular expressions.
 * It knows integers, doubles, texts and truth values.
 */
final class NaiveEvaluator {
  private final Map<String, Value> row;

  /**
   * @param of null for NULL; a BigInteger, Double, String or Double truth
   */
  record Value(ColumnType type, Object of) {}

  NaiveEvaluator(Map<String, Value> row) {
    this.row = row;
  }

  static Value value(ColumnType type, Object object) {
    Object of = object;
    if (object instanceof Boolean truth) {
      of = truth ? 1.0 : 0.0;
    } else if (object != null && isInteger(type)) {
      of = BigInteger.valueOf(((Number) object).longValue());
    }
    return new Value(type, of);
  }

  private static boolean isInteger(ColumnType type) {
    return type == ColumnType.INT || type == ColumnType.BIGINT || type == ColumnType.SMALLINT;
  }

  /** As the executor returns it. */
  Object result(Expression expression) {
    Value value = of(expression);
    if (value.of() == null || value.type() == null) {
      return null;
    }
    return switch (value.type()) {
      case BOOL -> (Double) value.of() == 0.5 ? null : (Object) ((Double) value.of() == 1.0);
      case SMALLINT -> ((BigInteger) value.of()).shortValueExact();
      case INT -> ((BigInteger) value.of()).intValueExact();
      case BIGINT -> ((BigInteger) value.of()).longValueExact();
      default -> value.of();
    };
  }

  /** Whether a condition is true, not false and not NULL. */
  boolean holds(Expression expression) {
    return truth(expression) == 1.0;
  }

  private double truth(Expression expression) {
    Value value = of(expression);
    return value.of() == null ? 0.5 : (Double) value.of();
  }

  private static Value truth(double truth) {
    return new Value(ColumnType.BOOL, truth);
  }

  private static Value truth(Boolean truth) {
    return truth(degree(truth));
  }

  private static double degree(Boolean truth) {
    return truth == null ? 0.5 : truth ? 1.0 : 0.0;
  }

  Value of(Expression expression) {
    if (expression instanceof Expression.Literal literal) {
      return value(literal.type(), literal.value());
    }
    if (expression instanceof Expression.ColumnRef column) {
      return row.get(column.name());
    }
    if (expression instanceof Expression.Logical logical) {
      double result = logical.and() ? 1 : 0;
      for (Expression operand : logical.operands()) {
        double truth = truth(operand);
        result = logical.and() ? Math.min(result, truth) : Math.max(result, truth);
      }
      return truth(result);
    }
    if (expression instanceof Expression.Unary unary) {
      return switch (unary.operator()) {
        case NOT -> truth(1 - truth(unary.operand()));
        case IS_NULL -> truth(isNull(of(unary.operand())));
        case IS_NOT_NULL -> truth(!isNull(of(unary.operand())));
        case NEGATE -> negate(of(unary.operand()));
      };
    }
    if (expression instanceof Expression.Binary binary) {
      Value left = of(binary.left());
      Value right = of(binary.right());
      return binary.operator().isArithmetic()
          ? arithmetic(binary.operator(), left, right)
          : truth(compare(binary.operator(), left, right));
    }
    if (expression instanceof Expression.Between between) {
      Value operand = of(between.operand());
      double low = degree(compare(BinaryOperator.GREATER_OR_EQUAL, operand, of(between.low())));
      double high = degree(compare(BinaryOperator.LESS_OR_EQUAL, operand, of(between.high())));
      double both = Math.min(low, high);
      return truth(between.negated() ? 1 - both : both);
    }
    if (expression instanceof Expression.In in) {
      Value operand = of(in.operand());
      double any = 0;
      for (Expression candidate : in.values()) {
        any = Math.max(any, degree(compare(BinaryOperator.EQUAL, operand, of(candidate))));
      }
      return truth(in.negated() ? 1 - any : any);
    }
    if (expression instanceof Expression.Like like) {
      return like(like);
    }
    if (expression instanceof Expression.Case cases) {
      for (Expression.When when : cases.branches()) {
        if (truth(when.condition()) == 1.0) {
          return of(when.value());
        }
      }
      return cases.otherwise().map(this::of).orElse(new Value(null, null));
    }
    return call((Expression.Call) expression);
  }

  private static boolean isNull(Value value) {
    return value.of() == null || value.type() == ColumnType.BOOL && (Double) value.of() == 0.5;
  }

  private static Value negate(Value value) {
    if (value.of() == null) {
      return value;
    }
    return value.of() instanceof BigInteger number
        ? cut(value.type(), number.negate())
        : new Value(value.type(), -(Double) value.of());
  }

  private static Value cut(ColumnType type, BigInteger number) {
    BigInteger cut =
        switch (type) {
          case SMALLINT -> BigInteger.valueOf(number.shortValue());
          case INT -> BigInteger.valueOf(number.intValue());
          default -> BigInteger.valueOf(number.longValue());
        };
    return new Value(type, cut);
  }

  private static Value arithmetic(BinaryOperator operator, Value left, Value right) {
    if (left.of() == null || right.of() == null) {
      return new Value(ColumnType.BIGINT, null);
    }
    boolean isWhole =
        left.of() instanceof BigInteger
            && right.of() instanceof BigInteger
            && operator != BinaryOperator.DIVIDE;
    if (!isWhole) {
      double a = ((Number) left.of()).doubleValue();
      double b = ((Number) right.of()).doubleValue();
      return new Value(
          ColumnType.DOUBLE,
          switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            default -> a % b;
          });
    }
    ColumnType type =
        left.type().fixedBytes() > right.type().fixedBytes() ? left.type() : right.type();
    BigInteger a = (BigInteger) left.of();
    BigInteger b = (BigInteger) right.of();
    return switch (operator) {
      case ADD -> cut(type, a.add(b));
      case SUBTRACT -> cut(type, a.subtract(b));
      case MULTIPLY -> cut(type, a.multiply(b));
      case INTEGER_DIVIDE -> b.signum() == 0 ? new Value(type, null) : cut(type, a.divide(b));
      default -> b.signum() == 0 ? new Value(type, null) : cut(type, a.remainder(b));
    };
  }

  private static Boolean compare(BinaryOperator operator, Value left, Value right) {
    if (isNull(left) || isNull(right)) {
      return null;
    }
    if (left.of() instanceof String a && right.of() instanceof String b) {
      return holds(
          operator,
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
    }
    if (left.of() instanceof BigInteger a && right.of() instanceof BigInteger b) {
      return holds(operator, a.compareTo(b));
    }
    double a = ((Number) left.of()).doubleValue();
    double b = ((Number) right.of()).doubleValue();
    return switch (operator) {
      case EQUAL -> a == b;
      case NOT_EQUAL -> a != b;
      case LESS -> a < b;
      case LESS_OR_EQUAL -> a <= b;
      case GREATER -> a > b;
      default -> a >= b;
    };
  }

  private static Boolean holds(BinaryOperator operator, int order) {
    return switch (operator) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      default -> order >= 0;
    };
  }

  private Value like(Expression.Like like) {
    Value operand = of(like.operand());
    Value pattern = of(like.pattern());
    if (operand.of() == null || pattern.of() == null) {
      return truth(0.5);
    }
    StringBuilder regex = new StringBuilder();
    ((String) pattern.of())
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '%' -> regex.append(".*");
                case '_' -> regex.append('.');
                default -> regex.append(Pattern.quote(Character.toString(c)));
              }
            });
    boolean matches =
        Pattern.compile(regex.toString(), Pattern.DOTALL).matcher((String) operand.of()).matches();
    return truth(matches != like.negated() ? 1 : 0);
  }

  private Value call(Expression.Call call) {
    List<Value> arguments = new ArrayList<>();
    call.arguments().forEach(argument -> arguments.add(of(argument)));
    Value first = arguments.get(0);
    switch (call.name()) {
      case "coalesce" -> {
        Optional<Value> found = arguments.stream().filter(value -> !isNull(value)).findFirst();
        return found.orElse(first);
      }
      case "abs" -> {
        boolean isNegative =
            first.of() instanceof BigInteger whole && whole.signum() < 0
                || first.of() instanceof Double number && number < 0;
        return isNegative ? negate(first) : first;
      }
      case "upper" -> {
        return new Value(
            ColumnType.STRING,
            first.of() == null ? null : ((String) first.of()).toUpperCase(Locale.ROOT));
      }
      case "length" -> {
        return new Value(
            ColumnType.INT,
            first.of() == null
                ? null
                : BigInteger.valueOf(((String) first.of()).codePoints().count()));
      }
      default -> throw new IllegalArgumentException(call.name());
    }
  }
}
