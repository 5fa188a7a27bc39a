package io.holdfast.jdbc.result;

import io.holdfast.jdbc.link.SqlErrors;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;

/** Refuses what changes a row by the numbers of its columns. */
abstract class NoUpdatesByNumber implements ResultSet {
  static SQLFeatureNotSupportedException refused() {
    return SqlErrors.notSupported("rows of a result cannot be changed; use INSERT and DELETE");
  }

  @Override
  public void updateNull(int column) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBoolean(int column, boolean truth) throws SQLException {
    throw refused();
  }

  @Override
  public void updateByte(int column, byte value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateShort(int column, short value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateInt(int column, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateLong(int column, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateFloat(int column, float value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateDouble(int column, double value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBigDecimal(int column, BigDecimal value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateString(int column, String text) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBytes(int column, byte[] value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateDate(int column, Date value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateTime(int column, Time value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateTimestamp(int column, Timestamp value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateAsciiStream(int column, InputStream stream, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBinaryStream(int column, InputStream stream, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateCharacterStream(int column, Reader reader, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateObject(int column, Object value, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateObject(int column, Object value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateRef(int column, Ref value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBlob(int column, Blob value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateClob(int column, Clob value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateArray(int column, Array value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateRowId(int column, RowId value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNString(int column, String text) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNClob(int column, NClob value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateSQLXML(int column, SQLXML value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNCharacterStream(int column, Reader reader, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateAsciiStream(int column, InputStream stream, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBinaryStream(int column, InputStream stream, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateCharacterStream(int column, Reader reader, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBlob(int column, InputStream stream, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateClob(int column, Reader reader, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNClob(int column, Reader reader, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNCharacterStream(int column, Reader reader) throws SQLException {
    throw refused();
  }

  @Override
  public void updateAsciiStream(int column, InputStream stream) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBinaryStream(int column, InputStream stream) throws SQLException {
    throw refused();
  }

  @Override
  public void updateCharacterStream(int column, Reader reader) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBlob(int column, InputStream stream) throws SQLException {
    throw refused();
  }

  @Override
  public void updateClob(int column, Reader reader) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNClob(int column, Reader reader) throws SQLException {
    throw refused();
  }

  @Override
  public void updateObject(int column, Object value, SQLType type, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateObject(int column, Object value, SQLType type) throws SQLException {
    throw refused();
  }
}
