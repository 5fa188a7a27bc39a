package io.holdfast.sql.expr;

import io.holdfast.sql.SqlException;

/** What an expression is computed of: the columns of a row, or the keys and sums of a group. */
@FunctionalInterface
public interface Input {
  /** An input without values: for constants. */
  Input NONE =
      slot -> {
        throw new IllegalStateException("a constant reads slot " + slot);
      };

  /**
   * The value of a slot, of the class that its type names; null for NULL.
   *
   * @throws SqlException when the row's bytes are no such value
   */
  Object value(int slot) throws SqlException;
}
