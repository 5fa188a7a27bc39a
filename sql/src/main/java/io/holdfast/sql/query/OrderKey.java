package io.holdfast.sql.query;

import io.holdfast.sql.expr.Bound;

/**
 * A key of ORDER BY.
 *
 * @param item the selected item that it is; -1 when it is none
 * @param value what it is otherwise; null for an item
 */
record OrderKey(int item, Bound value, boolean descending) {}
