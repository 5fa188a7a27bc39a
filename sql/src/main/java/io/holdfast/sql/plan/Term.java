package io.holdfast.sql.plan;

import java.util.ArrayList;
import java.util.List;

/** A condition of a WHERE on one column, which must hold whatever the other conditions say. */
sealed interface Term {
  /** Position of the column; -1 when it is not about one. */
  int column();

  /**
   * The column has one of these values; null among them is NULL.
   *
   * @param values of the class that the column's type names
   */
  record OneOf(int column, List<Object> values) implements Term {
    public OneOf {
      values = java.util.Collections.unmodifiableList(new ArrayList<>(values));
    }
  }

  /** The column's number lies between these, both included; there is none if low is higher. */
  record Range(int column, long low, long high) implements Term {}

  /** A condition of another form. */
  record Other(int column) implements Term {}
}
