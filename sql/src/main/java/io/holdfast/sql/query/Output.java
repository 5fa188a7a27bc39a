package io.holdfast.sql.query;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.expr.Bound;
import io.holdfast.sql.expr.Input;
import io.holdfast.sql.expr.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The last part of a SELECT: items, DISTINCT, ORDER BY, OFFSET and LIMIT. For one execution. */
final class Output {
  private final List<Bound> items;
  private final boolean isDistinct;
  private final List<OrderKey> order;
  private final ResultBuilder result;
  private final HeldBytes distinctBytes;
  private final Set<List<Object>> seen = new HashSet<>();
  private final Sorter sorter;
  private final long limit;
  private long offset;
  private long returned;

  Output(SelectPlan plan, QueryLimits limits) {
    this.items = plan.items();
    this.isDistinct = plan.isDistinct();
    this.order = plan.isSorted() ? List.of() : plan.order();
    this.limit = plan.limit();
    this.offset = plan.offset();
    this.result = new ResultBuilder(plan.columns(), limits);
    this.distinctBytes = new HeldBytes(limits.maxHeldBytes(), "DISTINCT");
    this.sorter =
        order.isEmpty() ? null : new Sorter(order, plan.rowsWanted(), limits.maxHeldBytes());
  }

  /** How many rows can still be used. */
  long wanted() {
    // Not beyond the largest number.
    long rest = limit - returned;
    return order.isEmpty() ? (rest + offset < 0 ? Long.MAX_VALUE : rest + offset) : Long.MAX_VALUE;
  }

  /**
   * Takes a row of the table, or a group.
   *
   * @return whether more can be used
   */
  boolean accept(Input in) throws SqlException {
    if (wanted() == 0) {
      return false;
    }
    List<Object> values = new ArrayList<>(items.size());
    for (Bound item : items) {
      values.add(item.value(in));
    }
    if (isDistinct && !isNew(values)) {
      return true;
    }
    if (sorter != null) {
      sorter.add(keys(values, in), result.encode(values));
      return true;
    }
    if (offset > 0) {
      offset--;
      return true;
    }
    result.add(result.encode(values));
    returned++;
    return returned < limit;
  }

  private boolean isNew(List<Object> values) throws SqlException {
    List<Object> key = new ArrayList<>(values.size());
    for (Object value : values) {
      key.add(Values.key(value));
    }
    if (!seen.add(key)) {
      return false;
    }
    distinctBytes.add(HeldBytes.of(key));
    return true;
  }

  private Object[] keys(List<Object> values, Input in) throws SqlException {
    Object[] keys = new Object[order.size()];
    for (int i = 0; i < keys.length; i++) {
      OrderKey key = order.get(i);
      keys[i] = key.item() >= 0 ? values.get(key.item()) : key.value().value(in);
    }
    return keys;
  }

  QueryResult finish() throws SqlException {
    if (sorter != null) {
      for (byte[] row : sorter.sorted()) {
        if (offset > 0) {
          offset--;
        } else if (returned < limit) {
          result.add(row);
          returned++;
        } else {
          break;
        }
      }
    }
    return result.result();
  }
}
