package io.holdfast.sql.query;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression.Call;
import io.holdfast.sql.expr.Bound;

/**
 * An aggregate of a statement: what it is of, and its type. Counts and sums of integers are bigint,
 * other sums and all averages double, and the smallest and greatest have the type of their values.
 *
 * @param argument null for {@code count(*)}
 */
record Aggregate(String name, Bound argument, boolean isDistinct, ColumnType type) {

  /**
   * The aggregate of a call.
   *
   * @param argument null when the call has none
   * @throws SqlException when there is none of such values
   */
  static Aggregate of(Call call, Bound argument) throws SqlException {
    if (call.star() ? !call.name().equals("count") : call.arguments().size() != 1) {
      throw new SqlException(call.name() + " takes one argument; only count takes *");
    }
    ColumnType of = argument == null ? null : argument.type();
    boolean isInteger =
        of == ColumnType.SMALLINT || of == ColumnType.INT || of == ColumnType.BIGINT;
    boolean isNumber = isInteger || of == ColumnType.FLOAT || of == ColumnType.DOUBLE;
    switch (call.name()) {
      case "count" -> {
        return new Aggregate("count", argument, call.distinct(), ColumnType.BIGINT);
      }
      case "min", "max" -> {
        if (of == ColumnType.BOOL) {
          throw new SqlException(call.name() + " takes values that have an order, not bool");
        }
        return new Aggregate(call.name(), argument, call.distinct(), of);
      }
      default -> {
        if (!isNumber && of != null) {
          throw new SqlException(
              call.name() + " takes numbers, not " + of.name().toLowerCase(java.util.Locale.ROOT));
        }
        boolean isWhole = isInteger && call.name().equals("sum");
        return new Aggregate(
            call.name(),
            argument,
            call.distinct(),
            isWhole ? ColumnType.BIGINT : ColumnType.DOUBLE);
      }
    }
  }
}
