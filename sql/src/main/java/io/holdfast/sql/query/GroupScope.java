package io.holdfast.sql.query;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.ColumnRef;
import io.holdfast.sql.expr.Bound;
import io.holdfast.sql.expr.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What can stand beside GROUP BY: its keys and aggregates, and in HAVING the aliases of items. */
final class GroupScope implements Scope {
  private final Map<Expression, Bound> slots = new HashMap<>();
  private final Map<String, Bound> aliases = new HashMap<>();

  /** An expression that has a slot of its own. */
  void slot(Expression expression, Bound of) {
    int slot = slots.size();
    slots.put(expression, new Bound(of.type(), false, in -> in.value(slot)));
  }

  boolean has(Expression expression) {
    return slots.containsKey(expression);
  }

  /** An item that HAVING may name. */
  void alias(String name, Bound item) {
    aliases.putIfAbsent(name, item);
  }

  @Override
  public Optional<Bound> whole(Expression expression) {
    return Optional.ofNullable(slots.get(expression));
  }

  @Override
  public Bound column(ColumnRef column) throws SqlException {
    Bound item = column.qualifier().isEmpty() ? aliases.get(column.name()) : null;
    if (item == null) {
      throw new SqlException(
          "column '"
              + column.name()
              + "' is neither in GROUP BY nor within an aggregate; put it into one of them");
    }
    return item;
  }
}
