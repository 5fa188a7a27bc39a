package io.holdfast.jdbc.run;

import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.catalog.TableView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which column each question mark of a statement stands for or is compared with. Only what stands
 * directly beside a column is found; for the rest, the value says what it is. Immutable.
 */
public final class ParameterTypes {
  private final TableSchema schema;
  private final Map<Integer, Column> columns = new HashMap<>();

  private ParameterTypes(TableSchema schema) {
    this.schema = schema;
  }

  /** Those of a statement about a table. */
  public static ParameterTypes of(Statement statement, TableView table) {
    ParameterTypes types = new ParameterTypes(table.schema());
    if (statement instanceof Statement.Insert insert) {
      types.ofInsert(insert);
    } else if (statement instanceof Statement.Delete delete) {
      types.look(delete.where());
    } else if (statement instanceof Statement.Select select) {
      select.where().ifPresent(types::look);
    }
    return types;
  }

  /**
   * The column of a parameter, if it is known.
   *
   * @param position from 0
   */
  public Optional<Column> column(int position) {
    return Optional.ofNullable(columns.get(position));
  }

  private void ofInsert(Statement.Insert insert) {
    List<Column> targets = new ArrayList<>();
    if (insert.columns().isEmpty()) {
      targets.addAll(schema.columns());
    } else {
      insert.columns().forEach(name -> targets.add(named(name)));
    }
    for (List<Expression> row : insert.rows()) {
      for (int i = 0; i < Math.min(row.size(), targets.size()); i++) {
        note(row.get(i), targets.get(i));
      }
    }
  }

  private Column named(String name) {
    int position = schema.columnPosition(name);
    return position < 0 ? null : schema.columns().get(position);
  }

  private void note(Expression expression, Column column) {
    if (expression instanceof Expression.Parameter parameter && column != null) {
      columns.put(parameter.position(), column);
    }
  }

  /** Goes through a condition; the parser bounds how deep it is. */
  private void look(Expression expression) {
    if (expression instanceof Expression.Logical logical) {
      logical.operands().forEach(this::look);
    } else if (expression instanceof Expression.Unary unary) {
      look(unary.operand());
    } else if (expression instanceof Expression.Binary binary) {
      pair(binary.left(), binary.right());
      pair(binary.right(), binary.left());
    } else if (expression instanceof Expression.Between between) {
      pair(between.operand(), between.low());
      pair(between.operand(), between.high());
    } else if (expression instanceof Expression.In in) {
      in.values().forEach(value -> pair(in.operand(), value));
    } else if (expression instanceof Expression.Like like) {
      pair(like.operand(), like.pattern());
    }
  }

  private void pair(Expression column, Expression value) {
    if (column instanceof Expression.ColumnRef reference) {
      note(value, named(reference.name()));
    }
  }
}
