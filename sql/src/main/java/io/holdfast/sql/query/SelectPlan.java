package io.holdfast.sql.query;

import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Bound;
import io.holdfast.sql.plan.Access;
import java.util.List;

/**
 * How a SELECT is executed.
 *
 * @param table null for a SELECT without one
 * @param access null for a SELECT without a table
 * @param filter the WHERE; null for none
 * @param groups null when rows are not grouped
 * @param items what is selected, of a row or of a group
 * @param isSorted whether the rows come in the order that is wanted
 * @param limit the largest number for none
 */
record SelectPlan(
    TableView table,
    Access access,
    Bound filter,
    Grouping.Groups groups,
    List<Bound> items,
    List<ResultColumn> columns,
    boolean isDistinct,
    List<OrderKey> order,
    boolean isSorted,
    long limit,
    long offset) {

  /** How many rows LIMIT and OFFSET look at. */
  long rowsWanted() {
    return limit > Long.MAX_VALUE - offset ? Long.MAX_VALUE : limit + offset;
  }

  /** Whether nothing is asked of the rows but how many there are. */
  boolean isCount() {
    return filter == null
        && table != null
        && groups != null
        && groups.keys().isEmpty()
        && !groups.aggregates().isEmpty()
        && groups.aggregates().stream().allMatch(aggregate -> aggregate.argument() == null);
  }

  /** Whether rows can be enough before all have been read. */
  boolean canEndEarly() {
    return groups == null && (order.isEmpty() || isSorted) && rowsWanted() != Long.MAX_VALUE;
  }
}
