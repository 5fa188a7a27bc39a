package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import java.util.List;

/** AND, OR, NOT and IS NULL over true, false and NULL. */
final class Logic {
  private Logic() {}

  /**
   * An operand as a truth value; a number is true when it is not zero.
   *
   * @param what what wants it, for the message
   */
  static Bound truth(Bound operand, String what) throws SqlException {
    if (operand.type() == null) {
      return Bound.constant(ColumnType.BOOL, null);
    }
    if (operand.type() == ColumnType.BOOL) {
      return operand;
    }
    if (!TypeNames.isNumber(operand.type())) {
      throw new SqlException(
          what + " takes a condition, not a value of the type " + TypeNames.of(operand.type()));
    }
    return new Bound(
        ColumnType.BOOL,
        operand.isConstant(),
        in -> {
          Number value = (Number) operand.value(in);
          return value == null ? null : value.doubleValue() != 0;
        });
  }

  static Bound not(Bound operand) throws SqlException {
    Bound truth = truth(operand, "NOT");
    return new Bound(
        ColumnType.BOOL,
        truth.isConstant(),
        in -> {
          Boolean value = (Boolean) truth.value(in);
          return value == null ? null : !value;
        });
  }

  /** One operand that is false decides AND, one that is true decides OR; else NULL does. */
  static Bound all(boolean and, List<Bound> operands) throws SqlException {
    Bound[] truths = new Bound[operands.size()];
    boolean isConstant = true;
    for (int i = 0; i < truths.length; i++) {
      truths[i] = truth(operands.get(i), and ? "AND" : "OR");
      isConstant &= truths[i].isConstant();
    }
    return new Bound(
        ColumnType.BOOL,
        isConstant,
        in -> {
          boolean isUnknown = false;
          for (Bound truth : truths) {
            Boolean value = (Boolean) truth.value(in);
            if (value == null) {
              isUnknown = true;
            } else if (value != and) {
              return !and;
            }
          }
          return isUnknown ? null : and;
        });
  }

  static Bound isNull(Bound operand, boolean negated) {
    return new Bound(
        ColumnType.BOOL, operand.isConstant(), in -> (operand.value(in) == null) != negated);
  }
}
