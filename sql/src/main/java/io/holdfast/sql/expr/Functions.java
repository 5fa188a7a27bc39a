package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import java.time.ZoneId;
import java.util.List;

/**
 * Scalar functions by name. All but those about NULL have NULL as their value when an argument is
 * NULL.
 */
final class Functions {
  private final ZoneId zone;
  private final long nowMillis;

  Functions(ZoneId zone, long nowMillis) {
    this.zone = zone;
    this.nowMillis = nowMillis;
  }

  /** A function of values that are not NULL. */
  @FunctionalInterface
  interface Body {
    Object of(Object[] arguments) throws SqlException;
  }

  /**
   * A call.
   *
   * @throws SqlException when there is no such function, or not of such arguments
   */
  Bound bind(String name, List<Bound> arguments) throws SqlException {
    Bound bound = TextFunctions.bind(name, arguments, zone);
    if (bound == null) {
      bound = NumberFunctions.bind(name, arguments);
    }
    if (bound == null) {
      bound = TimeFunctions.bind(name, arguments, zone, nowMillis);
    }
    if (bound == null) {
      bound = NullFunctions.bind(name, arguments, new Comparisons(zone));
    }
    if (bound == null) {
      throw new SqlException("the function " + name + " is not supported");
    }
    return bound;
  }

  static SqlException arguments(String name, String wanted) {
    return new SqlException(name + " takes " + wanted);
  }

  static void count(String name, List<Bound> arguments, int from, int to) throws SqlException {
    int count = arguments.size();
    if (count < from || count > to) {
      String range = from == to ? String.valueOf(from) : from + " to " + to;
      throw arguments(name, range + (to == 1 ? " argument" : " arguments") + ", not " + count);
    }
  }

  /** A function whose value is NULL as soon as an argument is. */
  static Bound strict(ColumnType type, List<Bound> arguments, Body body) {
    Bound[] bound = arguments.toArray(new Bound[0]);
    boolean isConstant = true;
    for (Bound argument : bound) {
      isConstant &= argument.isConstant();
    }
    return new Bound(
        type,
        isConstant,
        in -> {
          Object[] values = new Object[bound.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = bound[i].value(in);
            if (values[i] == null) {
              return null;
            }
          }
          return body.of(values);
        });
  }
}
