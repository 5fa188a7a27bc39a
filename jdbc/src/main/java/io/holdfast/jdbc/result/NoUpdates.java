package io.holdfast.jdbc.result;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;

/** Refuses what changes a row. */
abstract class NoUpdates extends NoUpdatesByNumber {
  @Override
  public void updateNull(String label) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBoolean(String label, boolean truth) throws SQLException {
    throw refused();
  }

  @Override
  public void updateByte(String label, byte value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateShort(String label, short value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateInt(String label, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateLong(String label, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateFloat(String label, float value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateDouble(String label, double value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBigDecimal(String label, BigDecimal value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateString(String label, String text) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBytes(String label, byte[] value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateDate(String label, Date value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateTime(String label, Time value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateTimestamp(String label, Timestamp value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateAsciiStream(String label, InputStream stream, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBinaryStream(String label, InputStream stream, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateCharacterStream(String label, Reader reader, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateObject(String label, Object value, int number) throws SQLException {
    throw refused();
  }

  @Override
  public void updateObject(String label, Object value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateRef(String label, Ref value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBlob(String label, Blob value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateClob(String label, Clob value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateArray(String label, Array value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateRowId(String label, RowId value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNString(String label, String text) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNClob(String label, NClob value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateSQLXML(String label, SQLXML value) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNCharacterStream(String label, Reader reader, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateAsciiStream(String label, InputStream stream, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBinaryStream(String label, InputStream stream, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public void updateCharacterStream(String label, Reader reader, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBlob(String label, InputStream stream, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateClob(String label, Reader reader, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNClob(String label, Reader reader, long length) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNCharacterStream(String label, Reader reader) throws SQLException {
    throw refused();
  }

  @Override
  public void updateAsciiStream(String label, InputStream stream) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBinaryStream(String label, InputStream stream) throws SQLException {
    throw refused();
  }

  @Override
  public void updateCharacterStream(String label, Reader reader) throws SQLException {
    throw refused();
  }

  @Override
  public void updateBlob(String label, InputStream stream) throws SQLException {
    throw refused();
  }

  @Override
  public void updateClob(String label, Reader reader) throws SQLException {
    throw refused();
  }

  @Override
  public void updateNClob(String label, Reader reader) throws SQLException {
    throw refused();
  }

  @Override
  public void updateObject(String label, Object value, SQLType type, int number)
      throws SQLException {
    throw refused();
  }

  @Override
  public void updateObject(String label, Object value, SQLType type) throws SQLException {
    throw refused();
  }

  @Override
  public void insertRow() throws SQLException {
    throw refused();
  }

  @Override
  public void updateRow() throws SQLException {
    throw refused();
  }

  @Override
  public void deleteRow() throws SQLException {
    throw refused();
  }

  @Override
  public void refreshRow() throws SQLException {
    throw refused();
  }

  @Override
  public void cancelRowUpdates() throws SQLException {
    throw refused();
  }

  @Override
  public void moveToInsertRow() throws SQLException {
    throw refused();
  }

  @Override
  public void moveToCurrentRow() throws SQLException {
    throw refused();
  }

  @Override
  public boolean rowUpdated() {
    return false;
  }

  @Override
  public boolean rowInserted() {
    return false;
  }

  @Override
  public boolean rowDeleted() {
    return false;
  }
}
