package io.holdfast.jdbc.run;

import io.holdfast.client.TableClient;
import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.Cluster;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.sql.ast.TableName;
import io.holdfast.sql.catalog.TableView;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Tables as the planner of writes wants them, made once for each description that the client
 * library has. Thread-safe.
 */
final class TableViews {
  private static final int MAX_VIEWS = 256;

  private record Known(TableInfo info, TableView view) {}

  private record Name(String database, String table) {}

  private final Cluster cluster;
  private final ConcurrentMap<Name, Known> known = new ConcurrentHashMap<>();

  TableViews(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The table as it is known. */
  TableView get(String database, TableName name, CallScope scope) throws SQLException {
    return get(database, name, scope, false);
  }

  /**
   * The table as the nameserver says it is now, because something does not fit what was known; the
   * very same object if nothing has changed.
   */
  TableView getAnew(String database, TableName name, CallScope scope) throws SQLException {
    return get(database, name, scope, true);
  }

  /**
   * The table if it is known already. Never waits; what is not known is asked for, so that it is
   * another time.
   *
   * @param client of this table
   */
  Optional<TableView> peek(String database, TableName table, TableClient client)
      throws SQLException {
    Name name = new Name(table.databaseOr(database), table.table());
    CompletableFuture<TableInfo> info = client.describeAsync();
    return info.isDone() && !info.isCompletedExceptionally()
        ? Optional.of(view(name, table, info.join()))
        : Optional.empty();
  }

  private TableView get(String database, TableName table, CallScope scope, boolean anew)
      throws SQLException {
    Name name = new Name(table.databaseOr(database), table.table());
    TableClient client = cluster.table(name.database(), name.table(), scope.deadline());
    TableInfo info =
        scope.await(
            anew ? client.describeAnewAsync() : client.describeAsync(),
            "reading the description of table " + table);
    return view(name, table, info);
  }

  private TableView view(Name name, TableName table, TableInfo info) throws SQLException {
    Known before = known.get(name);
    // The client library gives the same object as long as it has asked nobody.
    if (before != null && (before.info() == info || before.info().equals(info))) {
      return before.view();
    }
    try {
      TableView view = TableView.of(info);
      if (known.size() >= MAX_VIEWS) {
        known.clear();
      }
      known.put(name, new Known(info, view));
      return view;
    } catch (SchemaException e) {
      throw SqlErrors.syntax("table " + table + " cannot be used: " + e.getMessage(), e);
    }
  }
}
