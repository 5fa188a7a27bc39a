package io.holdfast.sql.query;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.expr.Bound;
import io.holdfast.sql.expr.Input;
import io.holdfast.sql.expr.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** GROUP BY and HAVING: gathers rows in groups, in the order in which the groups appear. */
final class Grouping {
  private static final int ACCUMULATOR_BYTES = 80;
  private static final int GROUP_BYTES = 120;

  private final Groups groups;
  private final HeldBytes bytes;
  private final Map<List<Object>, Accumulator[]> found = new LinkedHashMap<>();

  /**
   * What a statement groups by.
   *
   * @param keys slots 0 and on of a group
   * @param aggregates the slots behind them
   * @param having null for none
   */
  record Groups(List<Bound> keys, List<Aggregate> aggregates, Bound having) {}

  Grouping(Groups groups, long maxBytes) throws SqlException {
    this.groups = groups;
    this.bytes = new HeldBytes(maxBytes, "GROUP BY");
    if (groups.keys().isEmpty()) {
      // All rows are one group, even when there are none.
      found.put(List.of(), accumulators());
    }
  }

  private Accumulator[] accumulators() throws SqlException {
    Accumulator[] accumulators = new Accumulator[groups.aggregates().size()];
    for (int i = 0; i < accumulators.length; i++) {
      accumulators[i] = new Accumulator(groups.aggregates().get(i), bytes);
    }
    bytes.add(GROUP_BYTES + (long) ACCUMULATOR_BYTES * accumulators.length);
    return accumulators;
  }

  void accept(Input in) throws SqlException {
    List<Object> key = List.of();
    if (!groups.keys().isEmpty()) {
      key = new ArrayList<>(groups.keys().size());
      for (Bound bound : groups.keys()) {
        key.add(Values.key(bound.value(in)));
      }
    }
    Accumulator[] accumulators = found.get(key);
    if (accumulators == null) {
      bytes.add(HeldBytes.of(key));
      accumulators = accumulators();
      found.put(key, accumulators);
    }
    for (Accumulator accumulator : accumulators) {
      accumulator.add(in);
    }
  }

  /** So many rows of which nothing else is wanted, when all rows are one group. */
  void count(int rows) {
    for (Accumulator accumulator : found.get(List.of())) {
      accumulator.addRows(rows);
    }
  }

  /** Hands on the groups that HAVING lets through. */
  void finish(Output output) throws SqlException {
    int keys = groups.keys().size();
    for (Map.Entry<List<Object>, Accumulator[]> group : found.entrySet()) {
      Input in =
          slot -> slot < keys ? group.getKey().get(slot) : group.getValue()[slot - keys].value();
      boolean passes = groups.having() == null || Boolean.TRUE.equals(groups.having().value(in));
      if (passes && !output.accept(in)) {
        return;
      }
    }
  }
}
