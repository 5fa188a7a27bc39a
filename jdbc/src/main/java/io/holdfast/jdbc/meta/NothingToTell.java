package io.holdfast.jdbc.meta;

import java.sql.ResultSet;
import java.util.List;

/** Results without rows: there are no keys that are unique, no procedures, no users. */
abstract class NothingToTell extends NumbersAndWords {
  abstract ResultSet result(ResultColumns columns, List<List<Object>> rows);

  @Override
  public ResultSet getProcedures(String catalog, String schema, String name) {
    return result(ResultColumns.PROCEDURES, List.of());
  }

  @Override
  public ResultSet getProcedureColumns(String catalog, String schema, String name, String column) {
    return result(ResultColumns.PROCEDURE_COLUMNS, List.of());
  }

  @Override
  public ResultSet getCatalogs() {
    return result(ResultColumns.CATALOGS, List.of());
  }

  @Override
  public ResultSet getColumnPrivileges(String catalog, String schema, String table, String column) {
    return result(ResultColumns.COLUMN_PRIVILEGES, List.of());
  }

  @Override
  public ResultSet getTablePrivileges(String catalog, String schema, String table) {
    return result(ResultColumns.TABLE_PRIVILEGES, List.of());
  }

  @Override
  public ResultSet getBestRowIdentifier(
      String catalog, String schema, String table, int scope, boolean nullable) {
    return result(ResultColumns.ROW_IDENTIFIERS, List.of());
  }

  @Override
  public ResultSet getVersionColumns(String catalog, String schema, String table) {
    return result(ResultColumns.ROW_IDENTIFIERS, List.of());
  }

  @Override
  public ResultSet getPrimaryKeys(String catalog, String schema, String table) {
    return result(ResultColumns.PRIMARY_KEYS, List.of());
  }

  @Override
  public ResultSet getImportedKeys(String catalog, String schema, String table) {
    return result(ResultColumns.FOREIGN_KEYS, List.of());
  }

  @Override
  public ResultSet getExportedKeys(String catalog, String schema, String table) {
    return result(ResultColumns.FOREIGN_KEYS, List.of());
  }

  @Override
  public ResultSet getCrossReference(
      String catalog,
      String schema,
      String table,
      String foreignCatalog,
      String foreignSchema,
      String foreignTable) {
    return result(ResultColumns.FOREIGN_KEYS, List.of());
  }

  @Override
  public ResultSet getUDTs(String catalog, String schema, String name, int[] types) {
    return result(ResultColumns.USER_TYPES, List.of());
  }

  @Override
  public ResultSet getSuperTypes(String catalog, String schema, String name) {
    return result(ResultColumns.SUPER_TYPES, List.of());
  }

  @Override
  public ResultSet getSuperTables(String catalog, String schema, String table) {
    return result(ResultColumns.SUPER_TABLES, List.of());
  }

  @Override
  public ResultSet getAttributes(String catalog, String schema, String name, String attribute) {
    return result(ResultColumns.ATTRIBUTES, List.of());
  }

  @Override
  public ResultSet getClientInfoProperties() {
    return result(ResultColumns.CLIENT_INFO, List.of());
  }

  @Override
  public ResultSet getFunctions(String catalog, String schema, String name) {
    return result(ResultColumns.FUNCTIONS, List.of());
  }

  @Override
  public ResultSet getFunctionColumns(String catalog, String schema, String name, String column) {
    return result(ResultColumns.FUNCTION_COLUMNS, List.of());
  }

  @Override
  public ResultSet getPseudoColumns(String catalog, String schema, String table, String column) {
    return result(ResultColumns.PSEUDO_COLUMNS, List.of());
  }
}
