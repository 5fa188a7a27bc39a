package io.holdfast.jdbc.meta;

import io.holdfast.jdbc.result.HoldfastResultSet;
import io.holdfast.jdbc.result.ListRows;
import io.holdfast.jdbc.result.Unwrapping;
import io.holdfast.jdbc.run.Session;
import io.holdfast.sql.catalog.TableView;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What there is in the cluster, as JDBC's tools want to know it. A database is a schema, and there
 * are no catalogs. Thread-safe; each question about tables is asked of the nameserver.
 */
public final class HoldfastDatabaseMetaData extends NothingToTell {
  private final Connection connection;
  private final Session session;
  private final CatalogReader catalog;
  private final String url;
  private final String user;

  public HoldfastDatabaseMetaData(Connection connection, Session session, String url, String user) {
    this.connection = connection;
    this.session = session;
    this.catalog = new CatalogReader(session);
    this.url = url;
    this.user = user;
  }

  @Override
  ResultSet result(ResultColumns columns, List<List<Object>> rows) {
    return new HoldfastResultSet(
        new ListRows(columns.columns(), rows), session.values(), null, () -> {}, 0);
  }

  /** There are no catalogs: with the name of one, nothing is found. */
  private static boolean isNone(String catalogName) {
    return catalogName != null && !catalogName.isEmpty();
  }

  @Override
  public ResultSet getTables(String catalogName, String schema, String table, String[] types)
      throws SQLException {
    List<TableView> tables =
        isNone(catalogName)
            ? List.of()
            : catalog.tables(NamePattern.of(schema), NamePattern.of(table));
    return result(ResultColumns.TABLES, TableRows.tables(tables, types));
  }

  @Override
  public ResultSet getColumns(String catalogName, String schema, String table, String column)
      throws SQLException {
    List<TableView> tables =
        isNone(catalogName)
            ? List.of()
            : catalog.tables(NamePattern.of(schema), NamePattern.of(table));
    return result(ResultColumns.COLUMNS, TableRows.columns(tables, NamePattern.of(column)));
  }

  /** No index is unique. The column that is an entry's time stands last, in descending order. */
  @Override
  public ResultSet getIndexInfo(
      String catalogName, String schema, String table, boolean unique, boolean approximate)
      throws SQLException {
    List<TableView> tables =
        isNone(catalogName) || unique
            ? List.of()
            : catalog.tables(NamePattern.exactly(schema), NamePattern.exactly(table));
    return result(ResultColumns.INDEXES, TableRows.indexes(tables));
  }

  @Override
  public ResultSet getSchemas() throws SQLException {
    return getSchemas(null, null);
  }

  @Override
  public ResultSet getSchemas(String catalogName, String schema) throws SQLException {
    List<String> names =
        isNone(catalogName) ? List.of() : catalog.databases(NamePattern.of(schema));
    return result(
        ResultColumns.SCHEMAS,
        names.stream().map(name -> java.util.Arrays.<Object>asList(name, null)).toList());
  }

  @Override
  public ResultSet getTableTypes() {
    return result(
        ResultColumns.TABLE_TYPES,
        List.of(List.of(TableRows.SYSTEM_TABLE), List.of(TableRows.TABLE)));
  }

  @Override
  public ResultSet getTypeInfo() {
    return result(ResultColumns.TYPES, TableRows.types());
  }

  @Override
  public String getURL() {
    return url;
  }

  @Override
  public String getUserName() {
    return user;
  }

  @Override
  public Connection getConnection() {
    return connection;
  }

  /** That of the driver: servers do not tell theirs. */
  @Override
  public String getDatabaseProductVersion() {
    return Version.TEXT;
  }

  @Override
  public boolean isReadOnly() {
    return session.readOnly();
  }

  @Override
  public boolean supportsResultSetType(int type) {
    return type == ResultSet.TYPE_FORWARD_ONLY;
  }

  @Override
  public boolean supportsResultSetConcurrency(int type, int concurrency) {
    return supportsResultSetType(type) && concurrency == ResultSet.CONCUR_READ_ONLY;
  }

  @Override
  public boolean supportsResultSetHoldability(int holdability) {
    return holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT;
  }

  @Override
  public boolean supportsTransactionIsolationLevel(int level) {
    return level == Connection.TRANSACTION_NONE;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return Unwrapping.unwrap(this, type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
