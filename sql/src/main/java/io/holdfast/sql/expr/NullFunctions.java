package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression.BinaryOperator;
import java.util.List;

/** Functions that have a value although an argument is NULL, and those that choose. */
final class NullFunctions {
  private NullFunctions() {}

  /** Null when none of these functions has that name. */
  static Bound bind(String name, List<Bound> arguments, Comparisons comparisons)
      throws SqlException {
    switch (name) {
      case "ifnull", "nvl" -> {
        Functions.count(name, arguments, 2, 2);
        return coalesce(arguments);
      }
      case "coalesce" -> {
        Functions.count(name, arguments, 1, 1000);
        return coalesce(arguments);
      }
      case "nullif" -> {
        Functions.count(name, arguments, 2, 2);
        return nullIf(arguments.get(0), arguments.get(1), comparisons);
      }
      case "isnull", "is_null" -> {
        Functions.count(name, arguments, 1, 1);
        return Logic.isNull(arguments.get(0), false);
      }
      case "if" -> {
        Functions.count(name, arguments, 3, 3);
        Bound condition = Logic.truth(arguments.get(0), "if");
        return choice(List.of(condition), arguments.subList(1, 2), arguments.get(2));
      }
      case "nvl2" -> {
        Functions.count(name, arguments, 3, 3);
        Bound condition = Logic.isNull(arguments.get(0), true);
        return choice(List.of(condition), arguments.subList(1, 2), arguments.get(2));
      }
      default -> {
        return null;
      }
    }
  }

  private static Bound coalesce(List<Bound> arguments) throws SqlException {
    ColumnType type = common(arguments);
    Bound[] bound = converted(arguments, type);
    return new Bound(
        type,
        arguments.stream().allMatch(Bound::isConstant),
        in -> {
          for (Bound argument : bound) {
            Object value = argument.value(in);
            if (value != null) {
              return value;
            }
          }
          return null;
        });
  }

  private static Bound nullIf(Bound value, Bound other, Comparisons comparisons)
      throws SqlException {
    Bound equal = comparisons.compare(BinaryOperator.EQUAL, value, other);
    return new Bound(
        value.type(),
        value.isConstant() && other.isConstant(),
        in -> Boolean.TRUE.equals(equal.value(in)) ? null : value.value(in));
  }

  /** The value of the first condition that holds. */
  static Bound choice(List<Bound> conditions, List<Bound> values, Bound otherwise)
      throws SqlException {
    List<Bound> all = new java.util.ArrayList<>(values);
    all.add(otherwise);
    ColumnType type = common(all);
    Bound[] results = converted(all, type);
    Bound[] tests = conditions.toArray(new Bound[0]);
    boolean isConstant =
        conditions.stream().allMatch(Bound::isConstant) && all.stream().allMatch(Bound::isConstant);
    return new Bound(
        type,
        isConstant,
        in -> {
          for (int i = 0; i < tests.length; i++) {
            if (Boolean.TRUE.equals(tests[i].value(in))) {
              return results[i].value(in);
            }
          }
          return results[tests.length].value(in);
        });
  }

  /** The type that all values can have: their own, or the widest of types of numbers. */
  private static ColumnType common(List<Bound> values) throws SqlException {
    ColumnType common = null;
    for (Bound value : values) {
      ColumnType type = value.type();
      if (type == null || type == common) {
        continue;
      }
      if (common == null) {
        common = type;
      } else if (TypeNames.isNumber(common) && TypeNames.isNumber(type)) {
        common = TypeNames.wider(common, type);
      } else {
        throw new SqlException(
            "one value is a "
                + TypeNames.of(common)
                + " and another a "
                + TypeNames.of(type)
                + "; convert one of them");
      }
    }
    return common;
  }

  private static Bound[] converted(List<Bound> values, ColumnType type) {
    Bound[] converted = new Bound[values.size()];
    for (int i = 0; i < converted.length; i++) {
      Bound value = values.get(i);
      converted[i] =
          value.type() == type || value.type() == null
              ? value
              : new Bound(
                  type,
                  value.isConstant(),
                  in -> {
                    Number number = (Number) value.value(in);
                    return number == null ? null : TypeNames.box(type, number);
                  });
    }
    return converted;
  }
}
