package io.holdfast.sql.query;

import io.holdfast.protocol.row.Column;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.Call;
import io.holdfast.sql.ast.Expression.ColumnRef;
import io.holdfast.sql.ast.Expression.Literal;
import io.holdfast.sql.ast.Statement.OrderItem;
import io.holdfast.sql.ast.Statement.Select;
import io.holdfast.sql.ast.Statement.SelectItem;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Binder;
import io.holdfast.sql.expr.Bound;
import io.holdfast.sql.expr.Rewriter;
import io.holdfast.sql.expr.Scope;
import io.holdfast.sql.plan.Access;
import io.holdfast.sql.plan.AccessPlanner;
import io.holdfast.sql.plan.TableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the plan of one SELECT. */
final class SelectPlanner {
  private final Select select;
  private final TableView table;
  private final QueryContext context;
  private final TableScope names;
  private final Binder rows;
  private final List<Item> items = new ArrayList<>();

  /**
   * Something that is selected.
   *
   * @param name of its column
   * @param alias null for none
   * @param expression with plain columns
   */
  private record Item(String name, String alias, Expression expression) {}

  /**
   * @param table null for a SELECT without one
   */
  SelectPlanner(Select select, TableView table, QueryContext context) throws SqlException {
    this.select = select;
    this.table = table;
    this.context = context;
    this.names = table == null ? null : new TableScope(table, select.alias());
    Scope scope = table == null ? Scope.without("a SELECT without FROM") : names;
    this.rows =
        new Binder(
            scope,
            new ParameterArguments(context.parameters(), select.parameterCount()),
            context.nowMillis(),
            context.zone());
  }

  SelectPlan plan() throws SqlException {
    for (SelectItem item : select.items()) {
      addItems(item);
    }
    Optional<Expression> where = plain(select.where());
    Bound filter = where.isPresent() ? rows.condition(where.get(), "WHERE") : null;
    Access access =
        table == null
            ? null
            : new AccessPlanner(table, context.limits().maxKeys()).plan(where, names, rows);

    List<Expression> keys = groupKeys();
    List<Call> aggregates = aggregates();
    boolean isGrouped = !keys.isEmpty() || !aggregates.isEmpty() || select.having().isPresent();
    GroupScope scope = new GroupScope();
    Binder binder = isGrouped ? rows.in(scope) : rows;
    Grouping.Groups groups = isGrouped ? groups(keys, aggregates, scope) : null;
    List<Bound> bound = new ArrayList<>();
    List<ResultColumn> columns = new ArrayList<>();
    for (Item item : items) {
      Bound value = binder.bind(item.expression());
      bound.add(value);
      columns.add(new ResultColumn(item.name(), value.columnType()));
      if (item.alias() != null) {
        scope.alias(item.alias(), value);
      }
    }
    if (isGrouped && select.having().isPresent()) {
      Bound having = binder.condition(plainOrAlias(select.having().get()), "HAVING");
      groups = new Grouping.Groups(groups.keys(), groups.aggregates(), having);
    }
    List<OrderKey> order = order(binder);
    boolean isSorted = !isGrouped && !select.distinct() && isSorted(access, order);
    return new SelectPlan(
        table,
        access,
        filter,
        groups,
        bound,
        columns,
        select.distinct(),
        order,
        isSorted,
        count(select.limit(), Long.MAX_VALUE),
        count(select.offset(), 0));
  }

  private void addItems(SelectItem item) throws SqlException {
    if (item.expression().isEmpty()) {
      addAll(item.qualifier());
      return;
    }
    Expression expression = item.expression().get();
    String name = expression instanceof ColumnRef column ? column.name() : expression.toString();
    items.add(new Item(item.alias().orElse(name), item.alias().orElse(null), plain(expression)));
  }

  private void addAll(Optional<String> qualifier) throws SqlException {
    if (table == null) {
      throw new SqlException("* needs a table in FROM");
    }
    for (Column column : table.schema().columns()) {
      ColumnRef reference = new ColumnRef(qualifier, column.name());
      items.add(new Item(column.name(), null, plain(reference)));
    }
  }

  private Expression plain(Expression expression) throws SqlException {
    return names == null ? expression : names.plain(expression);
  }

  private Optional<Expression> plain(Optional<Expression> expression) throws SqlException {
    return expression.isPresent() ? Optional.of(plain(expression.get())) : expression;
  }

  /** What HAVING says; names that are no columns may be aliases. */
  private Expression plainOrAlias(Expression expression) throws SqlException {
    return new Rewriter(
            column ->
                isAlias(column) && (names == null || !names.has(column.name()))
                    ? column
                    : plain(column))
        .rewrite(expression);
  }

  private boolean isAlias(ColumnRef column) {
    return column.qualifier().isEmpty() && item(column.name()) >= 0;
  }

  /** The item with that alias; -1 for none. */
  private int item(String alias) {
    for (int i = 0; i < items.size(); i++) {
      if (alias.equals(items.get(i).alias())) {
        return i;
      }
    }
    return -1;
  }

  private List<Expression> groupKeys() throws SqlException {
    List<Expression> keys = new ArrayList<>();
    for (Expression expression : select.groupBy()) {
      int position = position(expression, "GROUP BY");
      if (position < 0
          && expression instanceof ColumnRef column
          && (names == null || !names.has(column.name()))
          && column.qualifier().isEmpty()) {
        position = item(column.name());
      }
      keys.add(position >= 0 ? items.get(position).expression() : plain(expression));
    }
    return keys;
  }

  /** The item that a number means, from 1; -1 when it is no number. */
  private int position(Expression expression, String clause) throws SqlException {
    if (!(expression instanceof Literal literal) || !(literal.value() instanceof Integer number)) {
      return -1;
    }
    if (number < 1 || number > items.size()) {
      throw new SqlException(
          clause + " " + number + " means no item: there are " + items.size() + " selected");
    }
    return number - 1;
  }

  private List<Call> aggregates() throws SqlException {
    List<Call> calls = new ArrayList<>();
    for (Item item : items) {
      Rewriter.aggregates(item.expression(), calls);
    }
    if (select.having().isPresent()) {
      Rewriter.aggregates(plainOrAlias(select.having().get()), calls);
    }
    for (OrderItem item : select.orderBy()) {
      if (!(item.expression() instanceof ColumnRef)) {
        Rewriter.aggregates(plain(item.expression()), calls);
      }
    }
    return calls;
  }

  private Grouping.Groups groups(List<Expression> keys, List<Call> calls, GroupScope scope)
      throws SqlException {
    List<Bound> bound = new ArrayList<>();
    for (Expression key : keys) {
      Bound value = rows.bind(key);
      if (!scope.has(key)) {
        bound.add(value);
        scope.slot(key, value);
      }
    }
    List<Aggregate> aggregates = new ArrayList<>();
    for (Call call : calls) {
      if (!scope.has(call)) {
        Bound argument = call.arguments().isEmpty() ? null : rows.bind(call.arguments().get(0));
        Aggregate aggregate = Aggregate.of(call, argument);
        aggregates.add(aggregate);
        scope.slot(call, new Bound(aggregate.type(), false, in -> null));
      }
    }
    return new Grouping.Groups(bound, aggregates, null);
  }

  private List<OrderKey> order(Binder binder) throws SqlException {
    List<OrderKey> keys = new ArrayList<>();
    for (OrderItem order : select.orderBy()) {
      int position = orderItem(order.expression());
      if (position < 0 && select.distinct()) {
        throw new SqlException(
            "ORDER BY " + order.expression() + " must be selected, since there is DISTINCT");
      }
      Bound value = position >= 0 ? null : binder.bind(plain(order.expression()));
      keys.add(new OrderKey(position, value, order.descending()));
    }
    return keys;
  }

  private int orderItem(Expression expression) throws SqlException {
    int position = position(expression, "ORDER BY");
    if (position < 0 && expression instanceof ColumnRef column && column.qualifier().isEmpty()) {
      position = item(column.name());
    }
    if (position >= 0) {
      return position;
    }
    Expression plain = plain(expression);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).expression().equals(plain)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether one key's rows are wanted newest first, as they come. */
  private boolean isSorted(Access access, List<OrderKey> order) throws SqlException {
    if (access == null
        || !access.isByKey()
        || access.targets().size() > 1
        || !access.index().hasTsColumn()
        || order.size() != 1
        || !order.get(0).descending()) {
      return false;
    }
    int item = order.get(0).item();
    Expression expression =
        item >= 0 ? items.get(item).expression() : plain(select.orderBy().get(0).expression());
    return expression instanceof ColumnRef column
        && names.position(column) == access.index().tsColumn();
  }

  private long count(Optional<Expression> expression, long otherwise) throws SqlException {
    if (expression.isEmpty()) {
      return otherwise;
    }
    Object value = rows.bind(expression.get()).constant();
    boolean isCount =
        (value instanceof Short || value instanceof Integer || value instanceof Long)
            && ((Number) value).longValue() >= 0;
    if (!isCount) {
      throw new SqlException("LIMIT and OFFSET take a number of rows that is not negative");
    }
    return ((Number) value).longValue();
  }
}
