package io.holdfast.jdbc.run;

import io.holdfast.client.AdminClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.link.SqlStates;
import io.holdfast.jdbc.result.ColumnInfo;
import io.holdfast.jdbc.result.ListRows;
import io.holdfast.jdbc.result.Rows;
import io.holdfast.jdbc.value.JdbcType;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.Column;
import io.holdfast.sql.ast.Literals;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.ast.Statement.ShowKind;
import io.holdfast.sql.ast.TableName;
import io.holdfast.sql.catalog.TableView;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.util.ArrayList;
import java.util.List;

/** Answers SHOW and DESC from what the nameserver, or a system table, knows. For one call. */
final class Shows {
  static final String GLOBAL_VARIABLES = "INFORMATION_SCHEMA.GLOBAL_VARIABLES";
  private static final String JOBS = "__INTERNAL_DB.JOB_INFO";

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
    if (show.like().isPresent() && show.kind() != ShowKind.JOBS) {
      throw SqlErrors.notSupported("LIKE is not supported here; see DatabaseMetaData");
    }
    return switch (show.kind()) {
      case DATABASES -> texts("Databases", databases());
      case TABLES -> texts("Tables", tables(show.source().orElse(session.database())));
      case CREATE_TABLE -> createTable(show.table().orElseThrow());
      case VARIABLES -> variables();
      case GLOBAL_VARIABLES ->
          system("SELECT * FROM " + GLOBAL_VARIABLES + " ORDER BY Variable_name");
      case JOB -> system("SELECT * FROM " + JOBS + " WHERE id = " + show.source().orElseThrow());
      case JOBS -> jobs(show);
      case TABLE_STATUS, COMPONENTS ->
          throw SqlErrors.notSupported(
              "SHOW " + show.kind().name().replace('_', ' ') + " is for the SQL shell");
    };
  }

  private Rows jobs(Statement.Show show) throws SQLException {
    if (show.source().filter(source -> !source.equals("taskmanager")).isPresent()) {
      throw SqlErrors.notSupported("SHOW JOBS FROM NAMESERVER is for the SQL shell");
    }
    String where =
        show.like().map(like -> " WHERE string(id) LIKE " + Literals.quoted(like)).orElse("");
    return system("SELECT * FROM " + JOBS + where + " ORDER BY id");
  }

  /** Rows of a system table, which a cluster need not have. */
  private Rows system(String query) throws SQLException {
    try {
      return new Queries(session).run(ParsedSql.of(query), List.of(), scope);
    } catch (SQLSyntaxErrorException e) {
      throw new SQLSyntaxErrorException(
          e.getMessage()
              + "; a cluster with system_table_replica_num=0 has no system tables, and a new one"
              + " makes them when its tablets are there",
          e.getSQLState(),
          e.getErrorCode(),
          e);
    }
  }

  private Rows variables() {
    List<List<Object>> rows = new ArrayList<>();
    session.variables().all().forEach((name, value) -> rows.add(List.of(name, value)));
    return new ListRows(
        List.of(
            new ColumnInfo("Variable_name", JdbcType.STRING),
            new ColumnInfo("Value", JdbcType.STRING)),
        rows);
  }

  private Rows createTable(TableName name) throws SQLException {
    String database = name.databaseOr(session.database());
    AdminClient admin = session.cluster().admin(scope.deadline());
    try {
      TableInfo table =
          admin.showTable(database, name.table()).stream()
              .filter(info -> info.getName().equals(name.table()) && info.getDb().equals(database))
              .findFirst()
              .orElseThrow(
                  () ->
                      new SQLSyntaxErrorException(
                          "there is no table " + database + "." + name.table(),
                          SqlStates.NO_TABLE));
      return new ListRows(
          List.of(
              new ColumnInfo("Table", JdbcType.STRING),
              new ColumnInfo("Create Table", JdbcType.STRING)),
          List.of(List.of(name.table(), CreateTableText.of(table))));
    } catch (HoldfastException e) {
      throw scope.failure(e, "showing table " + name);
    }
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
