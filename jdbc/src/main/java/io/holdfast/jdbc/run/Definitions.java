package io.holdfast.jdbc.run;

import io.holdfast.client.AdminClient;
import io.holdfast.client.ErrorCode;
import io.holdfast.client.HoldfastException;
import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.ast.TableName;
import java.sql.SQLException;
import java.util.List;

/** Has the nameserver make and drop databases, tables and indexes. For one call. */
final class Definitions {
  private static final long MILLIS_PER_SECOND = 1_000;

  private final Session session;
  private final CallScope scope;

  Definitions(Session session, CallScope scope) {
    this.session = session;
    this.scope = scope;
  }

  void run(Statement statement) throws SQLException {
    if (statement instanceof Statement.SetVariable set) {
      setVariable(set);
      return;
    }
    if (statement instanceof Statement.LoadData) {
      throw unsupported(statement);
    }
    AdminClient admin = session.cluster().admin(scope.deadline());
    if (statement instanceof Statement.CreateDatabase create) {
      call(
          "creating database " + create.name(),
          false,
          () -> admin.createDatabase(create.name(), create.ifNotExists()));
    } else if (statement instanceof Statement.DropDatabase drop) {
      call(
          "dropping database " + drop.name(),
          drop.ifExists(),
          () -> admin.dropDatabase(drop.name()));
    } else if (statement instanceof Statement.UseDatabase use) {
      call("using database " + use.name(), false, () -> admin.useDatabase(use.name()));
      session.use(use.name());
    } else if (statement instanceof Statement.CreateTable create) {
      createTable(admin, create);
    } else if (statement instanceof Statement.DropTable drop) {
      call(
          "dropping table " + drop.table(),
          drop.ifExists(),
          () -> admin.dropTable(database(drop.table()), drop.table().table()));
    } else if (statement instanceof Statement.TruncateTable truncate) {
      call(
          "truncating table " + truncate.table(),
          false,
          () -> admin.truncateTable(database(truncate.table()), truncate.table().table()));
    } else if (statement instanceof Statement.CreateIndex create) {
      ColumnKey key = TableDefinitions.index(create.index(), 0, nowSeconds());
      call(
          "adding an index to " + create.table(),
          false,
          () -> admin.addIndex(database(create.table()), create.table().table(), key));
    } else if (statement instanceof Statement.DropIndex drop) {
      call(
          "dropping index " + drop.index(),
          false,
          () -> admin.deleteIndex(database(drop.table()), drop.table().table(), drop.index()));
    } else {
      throw unsupported(statement);
    }
  }

  private void setVariable(Statement.SetVariable set) throws SQLException {
    String value = session.variables().checked(set.name(), set.value());
    if (!set.global()) {
      session.variables().set(set.name(), value);
      return;
    }
    // Name and value were found among the known ones: there is nothing in them to be quoted.
    new Runner(session)
        .run(
            ParsedSql.of(
                "INSERT INTO "
                    + Shows.GLOBAL_VARIABLES
                    + " VALUES ('"
                    + set.name()
                    + "', '"
                    + value
                    + "')"),
            List.of(),
            scope);
  }

  private void createTable(AdminClient admin, Statement.CreateTable create) throws SQLException {
    String what = "creating table " + create.table();
    int tablets = create.options().containsKey("replicanum") ? 0 : tablets(admin, what);
    TableInfo table =
        TableDefinitions.table(create, database(create.table()), tablets, nowSeconds());
    call(what, false, () -> admin.createTable(table, create.ifNotExists()));
  }

  private int tablets(AdminClient admin, String what) throws SQLException {
    try {
      return (int) admin.showTablet().stream().filter(t -> t.getState().equals("kHealthy")).count();
    } catch (HoldfastException e) {
      throw scope.failure(e, what);
    }
  }

  private void call(String what, boolean mayBeMissing, Runnable change) throws SQLException {
    try {
      change.run();
    } catch (HoldfastException e) {
      if (!mayBeMissing || e.code() != ErrorCode.NOT_FOUND) {
        throw scope.failure(e, what);
      }
    }
  }

  private String database(TableName table) {
    return table.databaseOr(session.database());
  }

  private static long nowSeconds() {
    return System.currentTimeMillis() / MILLIS_PER_SECOND;
  }

  private static SQLException unsupported(Statement statement) {
    return SqlErrors.notSupported(
        statement.getClass().getSimpleName()
            + " is not supported here; the shell or a client program may do it");
  }
}
