package io.holdfast.sql.plan;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.ColumnRef;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Bound;
import io.holdfast.sql.expr.Rewriter;
import io.holdfast.sql.expr.Scope;
import java.util.Optional;

/** The columns of a table: slot by slot their positions. */
public final class TableScope implements Scope {
  private final TableView table;
  private final String alias;

  /**
   * @param alias what the statement calls the table
   */
  public TableScope(TableView table, Optional<String> alias) {
    this.table = table;
    this.alias = alias.orElse(table.name());
  }

  @Override
  public Optional<Bound> whole(Expression expression) {
    return Optional.empty();
  }

  @Override
  public Bound column(ColumnRef column) throws SqlException {
    int position = position(column);
    ColumnType type = table.schema().columns().get(position).type();
    return new Bound(type, false, in -> in.value(position));
  }

  /**
   * Position of a column.
   *
   * @throws SqlException when the table has none like that
   */
  public int position(ColumnRef column) throws SqlException {
    if (column.qualifier().isPresent() && !column.qualifier().get().equals(alias)) {
      throw new SqlException(
          "'" + column.qualifier().get() + "' in " + column + " is not the table " + alias);
    }
    int position = table.schema().columnPosition(column.name());
    if (position < 0) {
      throw new SqlException("the table " + table + " has no column '" + column.name() + "'");
    }
    return position;
  }

  /** Whether there is a column of that name. */
  public boolean has(String name) {
    return table.schema().columnPosition(name) >= 0;
  }

  /** Writes every column without the table before it, so that equal expressions are equal. */
  public Expression plain(Expression expression) throws SqlException {
    return new Rewriter(
            column -> {
              position(column);
              return new ColumnRef(Optional.empty(), column.name());
            })
        .rewrite(expression);
  }
}
