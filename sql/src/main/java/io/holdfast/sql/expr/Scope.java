package io.holdfast.sql.expr;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import java.util.Optional;

/** What the names in an expression mean. */
public interface Scope {
  /**
   * The slot that holds an expression's value, when there is one: then its parts are not looked at.
   */
  Optional<Bound> whole(Expression expression);

  /**
   * A column.
   *
   * @throws SqlException when there is none, or it cannot stand here
   */
  Bound column(Expression.ColumnRef column) throws SqlException;

  /** One without columns, with words for what cannot stand there. */
  static Scope without(String where) {
    return new Scope() {
      @Override
      public Optional<Bound> whole(Expression expression) {
        return Optional.empty();
      }

      @Override
      public Bound column(Expression.ColumnRef column) throws SqlException {
        throw new SqlException("column " + column + " cannot stand in " + where);
      }
    };
  }
}
