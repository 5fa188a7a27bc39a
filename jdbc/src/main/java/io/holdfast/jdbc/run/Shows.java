package io.holdfast.jdbc.run;

import io.holdfast.client.AdminClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.result.ColumnInfo;
import io.holdfast.jdbc.result.ListRows;
import io.holdfast.jdbc.result.Rows;
import io.holdfast.jdbc.value.JdbcType;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.Column;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.catalog.TableView;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Answers SHOW DATABASES, SHOW TABLES and DESC from what the nameserver knows. For one call. */
final class Shows {
  private final Session session;
  private final CallScope scope;

  Shows(Session session, CallScope scope) {
    this.session = session;
    this.scope = scope;
  }

  Rows run(Statement statement) throws SQLException {
    if (statement instanceof Statement.Describe describe) {
      return columns(session.views().getAnew(session.database(), describe.table(), scope));
    }
    Statement.Show show = (Statement.Show) statement;
    if (show.like().isEmpty()) {
      switch (show.kind()) {
        case DATABASES -> {
          return texts("Databases", databases());
        }
        case TABLES -> {
          return texts("Tables", tables(show.source().orElse(session.database())));
        }
        default -> {
          // Refused with the others below.
        }
      }
    }
    throw SqlErrors.notSupported(
        "only SHOW DATABASES, SHOW TABLES and DESC are supported here, without LIKE; for the rest"
            + " see DatabaseMetaData and the shell");
  }

  private List<String> databases() throws SQLException {
    AdminClient admin = session.cluster().admin(scope.deadline());
    try {
      return admin.showDatabases();
    } catch (HoldfastException e) {
      throw scope.failure(e, "listing databases");
    }
  }

  private List<String> tables(String database) throws SQLException {
    AdminClient admin = session.cluster().admin(scope.deadline());
    try {
      return admin.showTable(database, "").stream()
          .filter(table -> table.getDb().equals(database))
          .map(TableInfo::getName)
          .sorted()
          .toList();
    } catch (HoldfastException e) {
      throw scope.failure(e, "listing tables");
    }
  }

  private static Rows texts(String label, List<String> texts) {
    return new ListRows(
        List.of(new ColumnInfo(label, JdbcType.STRING)), texts.stream().map(List::of).toList());
  }

  private static Rows columns(TableView table) {
    List<ColumnInfo> columns =
        List.of(
            new ColumnInfo("#", JdbcType.INT),
            new ColumnInfo("Field", JdbcType.STRING),
            new ColumnInfo("Type", JdbcType.STRING),
            new ColumnInfo("Null", JdbcType.STRING),
            new ColumnInfo("Default", JdbcType.STRING));
    List<List<Object>> rows = new ArrayList<>();
    for (Column column : table.schema().columns()) {
      List<Object> row = new ArrayList<>();
      row.add(rows.size() + 1);
      row.add(column.name());
      row.add(JdbcType.of(column.type()).word());
      row.add(column.notNull() ? "NO" : "YES");
      row.add(table.defaults().get(column.name()));
      rows.add(row);
    }
    return new ListRows(columns, rows);
  }
}
