package io.holdfast.jdbc;

import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.link.SqlStates;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.NClob;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.Struct;
import java.util.Map;

/**
 * What a connection says to those who want transactions, procedures or values of other kinds. Every
 * statement is done when it returns; there is nothing to commit and no way back.
 */
abstract class AutocommitConnection implements Connection {
  abstract void checkOpen() throws SQLException;

  /**
   * @throws SQLException when it is to be turned off: there are no transactions
   */
  @Override
  public void setAutoCommit(boolean autoCommit) throws SQLException {
    checkOpen();
    if (!autoCommit) {
      throw SqlErrors.notSupported(
          "Holdfast has no transactions: each statement is done when it returns. Leave auto-commit"
              + " on");
    }
  }

  @Override
  public boolean getAutoCommit() throws SQLException {
    checkOpen();
    return true;
  }

  @Override
  public void commit() throws SQLException {
    checkOpen();
    throw noTransaction("commit");
  }

  @Override
  public void rollback() throws SQLException {
    checkOpen();
    throw noTransaction("roll back");
  }

  private static SQLException noTransaction(String what) {
    return new SQLNonTransientException(
        "there is nothing to " + what + ": the connection is in auto-commit mode",
        SqlStates.NO_TRANSACTION);
  }

  @Override
  public void setTransactionIsolation(int level) throws SQLException {
    checkOpen();
    if (level != TRANSACTION_NONE) {
      throw SqlErrors.notSupported(
          "there are no transactions, so that there is no isolation level");
    }
  }

  @Override
  public int getTransactionIsolation() throws SQLException {
    checkOpen();
    return TRANSACTION_NONE;
  }

  @Override
  public Savepoint setSavepoint() throws SQLException {
    throw noSavepoints();
  }

  @Override
  public Savepoint setSavepoint(String name) throws SQLException {
    throw noSavepoints();
  }

  @Override
  public void rollback(Savepoint savepoint) throws SQLException {
    throw noSavepoints();
  }

  @Override
  public void releaseSavepoint(Savepoint savepoint) throws SQLException {
    throw noSavepoints();
  }

  private static SQLException noSavepoints() {
    return SqlErrors.notSupported("there are no transactions, so that there are no savepoints");
  }

  @Override
  public CallableStatement prepareCall(String sql) throws SQLException {
    throw noProcedures();
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
    throw noProcedures();
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    throw noProcedures();
  }

  private static SQLException noProcedures() {
    return SqlErrors.notSupported("there are no stored procedures");
  }

  @Override
  public Clob createClob() throws SQLException {
    throw noSuchValue("CLOB; use a string");
  }

  @Override
  public Blob createBlob() throws SQLException {
    throw noSuchValue("BLOB");
  }

  @Override
  public NClob createNClob() throws SQLException {
    throw noSuchValue("NCLOB; use a string");
  }

  @Override
  public SQLXML createSQLXML() throws SQLException {
    throw noSuchValue("XML; use a string");
  }

  @Override
  public Array createArrayOf(String typeName, Object[] elements) throws SQLException {
    throw noSuchValue("ARRAY");
  }

  @Override
  public Struct createStruct(String typeName, Object[] attributes) throws SQLException {
    throw noSuchValue("STRUCT");
  }

  private static SQLException noSuchValue(String kind) {
    return SqlErrors.notSupported("no column is of the kind " + kind);
  }

  @Override
  public Map<String, Class<?>> getTypeMap() throws SQLException {
    checkOpen();
    return Map.of();
  }

  @Override
  public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
    checkOpen();
    if (map != null && !map.isEmpty()) {
      throw SqlErrors.notSupported("there are no types of the user's own");
    }
  }
}
