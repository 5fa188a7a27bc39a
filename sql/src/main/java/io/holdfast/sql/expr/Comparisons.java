package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression.BinaryOperator;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Comparisons, IN and LIKE, with three truth values: NULL on one side makes NULL. */
final class Comparisons {
  /** From so many constants on, IN looks them up instead of comparing with each. */
  private static final int LOOK_UP_FROM = 4;

  private final ZoneId zone;

  Comparisons(ZoneId zone) {
    this.zone = zone;
  }

  Bound compare(BinaryOperator operator, Bound left, Bound right) throws SqlException {
    Kind kind = Kind.of(left.type(), right.type());
    Bound.Computation a = normal(kind, left, right.type());
    Bound.Computation b = normal(kind, right, left.type());
    return truth(
        left.isConstant() && right.isConstant(),
        in -> {
          Object leftValue = a.of(in);
          Object rightValue = leftValue == null ? null : b.of(in);
          return rightValue == null ? null : holds(operator, kind.compare(leftValue, rightValue));
        });
  }

  private Bound.Computation normal(Kind kind, Bound operand, ColumnType other) throws SqlException {
    ColumnType type = operand.type();
    if (operand.isConstant()) {
      // Once, not for every row.
      Object value = kind.normal(operand.constant(), type, other, zone);
      return in -> value;
    }
    return in -> kind.normal(operand.value(in), type, other, zone);
  }

  private static boolean holds(BinaryOperator operator, int order) {
    if (order == Kind.UNORDERED) {
      return operator == BinaryOperator.NOT_EQUAL;
    }
    return switch (operator) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_OR_EQUAL -> order >= 0;
      default -> throw new IllegalArgumentException(operator + " is no comparison");
    };
  }

  /** IN; of a list of OR with equality, but that it looks up constants. */
  Bound in(Bound operand, List<Bound> values) throws SqlException {
    if (values.size() >= LOOK_UP_FROM && operand.type() != null) {
      Bound lookUp = lookUp(operand, values);
      if (lookUp != null) {
        return lookUp;
      }
    }
    boolean isConstant = operand.isConstant();
    Bound[] equals = new Bound[values.size()];
    for (int i = 0; i < equals.length; i++) {
      equals[i] = compare(BinaryOperator.EQUAL, operand, values.get(i));
      isConstant &= equals[i].isConstant();
    }
    return truth(
        isConstant,
        in -> {
          boolean isUnknown = false;
          for (Bound equal : equals) {
            Boolean value = (Boolean) equal.value(in);
            if (value == null) {
              isUnknown = true;
            } else if (value) {
              return true;
            }
          }
          return isUnknown ? null : false;
        });
  }

  /** Null when the values are not all constants that are compared in the same way. */
  private Bound lookUp(Bound operand, List<Bound> values) throws SqlException {
    Set<Object> known = new HashSet<>();
    ColumnType type = null;
    boolean hasNull = false;
    for (Bound value : values) {
      if (!value.isConstant()) {
        return null;
      }
      if (value.type() == null || value.constant() == null) {
        hasNull = true;
        continue;
      }
      if (type != null && value.type() != type) {
        return null;
      }
      type = value.type();
      Kind kind = Kind.of(operand.type(), type);
      if (kind == Kind.NUMBER) {
        return null;
      }
      Object normal = kind.normal(value.constant(), type, operand.type(), zone);
      if (normal == null) {
        hasNull = true;
      } else if (!Double.valueOf(Double.NaN).equals(normal)) {
        known.add(Values.key(normal));
      }
    }
    if (type == null) {
      return null;
    }
    Bound.Computation normal = normal(Kind.of(operand.type(), type), operand, type);
    Boolean missing = hasNull ? null : Boolean.FALSE;
    return truth(
        operand.isConstant(),
        in -> {
          Object value = normal.of(in);
          if (value == null) {
            return null;
          }
          return known.contains(Values.key(value)) ? Boolean.TRUE : missing;
        });
  }

  Bound like(Bound operand, Bound pattern, int escape, boolean ignoreCase) throws SqlException {
    for (Bound side : List.of(operand, pattern)) {
      if (side.type() != null && side.type() != ColumnType.STRING) {
        throw new SqlException(
            "LIKE takes strings, not "
                + TypeNames.of(side.type())
                + "; convert it with string(...)");
      }
    }
    boolean isConstant = operand.isConstant() && pattern.isConstant();
    if (pattern.isConstant()) {
      String text = (String) pattern.constant();
      if (text == null) {
        return Bound.constant(ColumnType.BOOL, null);
      }
      LikePattern compiled = LikePattern.of(text, escape, ignoreCase);
      return truth(
          isConstant,
          in -> {
            String value = (String) operand.value(in);
            return value == null ? null : compiled.matches(value);
          });
    }
    return truth(
        isConstant,
        in -> {
          String value = (String) operand.value(in);
          String text = value == null ? null : (String) pattern.value(in);
          return text == null ? null : LikePattern.of(text, escape, ignoreCase).matches(value);
        });
  }

  private static Bound truth(boolean isConstant, Bound.Computation computation) {
    return new Bound(ColumnType.BOOL, isConstant, computation);
  }
}
