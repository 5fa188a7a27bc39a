package io.holdfast.sql.query;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.expr.Input;
import io.holdfast.sql.expr.Values;
import java.util.HashSet;
import java.util.Set;

/** An aggregate of one group as it grows. NULL does not count, but for {@code count(*)}. */
final class Accumulator {
  private static final int ENTRY_BYTES = 48;

  private final Aggregate aggregate;
  private final HeldBytes bytes;
  private final Set<Object> seen;
  private long count;
  private long wholeSum;
  private double sum;
  private Object best;

  Accumulator(Aggregate aggregate, HeldBytes bytes) {
    this.aggregate = aggregate;
    this.bytes = bytes;
    this.seen = aggregate.isDistinct() ? new HashSet<>() : null;
  }

  /** Rows for a {@code count(*)}. */
  void addRows(int rows) {
    count += rows;
  }

  void add(Input in) throws SqlException {
    if (aggregate.argument() == null) {
      count++;
      return;
    }
    Object value = aggregate.argument().value(in);
    if (value == null || seen != null && !isNew(value)) {
      return;
    }
    count++;
    switch (aggregate.name()) {
      case "count" -> {
        // Has been counted.
      }
      case "min" -> best = best == null || compare(value) < 0 ? held(value) : best;
      case "max" -> best = best == null || compare(value) > 0 ? held(value) : best;
      default -> add((Number) value);
    }
  }

  private boolean isNew(Object value) throws SqlException {
    if (!seen.add(Values.key(value))) {
      return false;
    }
    bytes.add(Values.bytes(value) + ENTRY_BYTES);
    return true;
  }

  private int compare(Object value) {
    return Values.ORDER.compare(value, best);
  }

  private Object held(Object value) throws SqlException {
    bytes.add(Values.bytes(value));
    bytes.remove(best == null ? 0 : Values.bytes(best));
    return value;
  }

  private void add(Number value) throws SqlException {
    if (aggregate.type() != ColumnType.BIGINT) {
      sum += value.doubleValue();
      return;
    }
    long next = wholeSum + value.longValue();
    // Both have another sign than their sum.
    if (((wholeSum ^ next) & (value.longValue() ^ next)) < 0) {
      throw new SqlException("a sum does not fit a bigint; use sum(double(...))");
    }
    wholeSum = next;
  }

  Object value() {
    return switch (aggregate.name()) {
      case "count" -> count;
      case "min", "max" -> best;
      case "avg" -> count == 0 ? null : (Object) (sum / count);
      default ->
          count == 0 ? null : aggregate.type() == ColumnType.BIGINT ? (Object) wholeSum : sum;
    };
  }
}
