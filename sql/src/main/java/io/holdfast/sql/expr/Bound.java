package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;

/**
 * An expression that can be computed. Immutable and thread-safe.
 *
 * @param type of its values; null when it is always NULL and may have any type
 * @param isConstant whether it reads no input
 */
public record Bound(ColumnType type, boolean isConstant, Computation computation) {
  /** NULL of no type. */
  public static final Bound NULL = new Bound(null, true, in -> null);

  /** Computes a value. */
  @FunctionalInterface
  public interface Computation {
    /** Of the class that the type names; null for NULL. */
    Object of(Input in) throws SqlException;
  }

  /** A value that does not change. */
  public static Bound constant(ColumnType type, Object value) {
    return new Bound(type, true, in -> value);
  }

  /** The value for an input. */
  public Object value(Input in) throws SqlException {
    return computation.of(in);
  }

  /** The value of a constant. */
  public Object constant() throws SqlException {
    return computation.of(Input.NONE);
  }

  /** The type of a column of a result with these values. */
  public ColumnType columnType() {
    return type == null ? ColumnType.STRING : type;
  }
}
