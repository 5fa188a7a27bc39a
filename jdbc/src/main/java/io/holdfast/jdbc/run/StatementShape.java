package io.holdfast.jdbc.run;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.result.ColumnInfo;
import io.holdfast.jdbc.result.ColumnsMetaData;
import io.holdfast.jdbc.value.JdbcType;
import io.holdfast.protocol.row.Column;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.ast.TableName;
import io.holdfast.sql.catalog.TableView;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be told of a statement before it is executed, from its table's description. */
public final class StatementShape {
  private final Session session;
  private final Statement statement;

  public StatementShape(Session session, ParsedSql sql) {
    this.session = session;
    this.statement = sql.statement();
  }

  /** The columns that its parameters belong to; empty when there is no table to ask about. */
  public Optional<ParameterTypes> parameters(CallScope scope) throws SQLException {
    Optional<TableName> name = table();
    if (statement.parameterCount() == 0 || name.isEmpty() || !session.cluster().hasNameServer()) {
      return Optional.empty();
    }
    TableView table = session.views().get(session.database(), name.get(), scope);
    return Optional.of(ParameterTypes.of(statement, table));
  }

  /**
   * The columns of its result.
   *
   * @return null, as JDBC allows it, when it has none, or when only its execution shows them
   */
  public ResultSetMetaData columns(CallScope scope) throws SQLException {
    if (!(statement instanceof Statement.Select select)
        || select.from().isEmpty()
        || !session.cluster().hasNameServer()) {
      return null;
    }
    TableView table = session.views().get(session.database(), select.from().get(), scope);
    List<ColumnInfo> columns = new ArrayList<>();
    for (Statement.SelectItem item : select.items()) {
      if (item.expression().isEmpty()) {
        table.schema().columns().forEach(column -> columns.add(info(column.name(), column)));
      } else if (item.expression().get() instanceof Expression.ColumnRef reference
          && table.schema().columnPosition(reference.name()) >= 0) {
        Column column =
            table.schema().columns().get(table.schema().columnPosition(reference.name()));
        columns.add(info(item.alias().orElse(reference.name()), column));
      } else {
        return null;
      }
    }
    return new ColumnsMetaData(columns);
  }

  private static ColumnInfo info(String label, Column column) {
    return new ColumnInfo(
        label,
        JdbcType.of(column.type()),
        column.notNull() ? ResultSetMetaData.columnNoNulls : ResultSetMetaData.columnNullable);
  }

  private Optional<TableName> table() {
    if (statement instanceof Statement.Insert insert) {
      return Optional.of(insert.table());
    }
    if (statement instanceof Statement.Delete delete) {
      return Optional.of(delete.table());
    }
    return statement instanceof Statement.Select select ? select.from() : Optional.empty();
  }
}
