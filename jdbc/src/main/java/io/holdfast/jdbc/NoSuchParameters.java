package io.holdfast.jdbc;

import io.holdfast.jdbc.link.SqlErrors;
import java.io.InputStream;
import java.io.Reader;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLXML;
import java.sql.Time;
import java.util.Calendar;

/** Refuses parameters that no column can take. */
abstract class NoSuchParameters extends HoldfastStatement implements PreparedStatement {
  NoSuchParameters(HoldfastConnection connection) {
    super(connection);
  }

  private static SQLFeatureNotSupportedException noColumn(String setter) {
    return SqlErrors.notSupported("there are no columns for " + setter + "; see getTypeInfo");
  }

  @Override
  public void setBytes(int parameter, byte[] value) throws SQLException {
    throw noColumn("setBytes");
  }

  @Override
  public void setTime(int parameter, Time value) throws SQLException {
    throw noColumn("setTime");
  }

  @Deprecated
  @Override
  public void setUnicodeStream(int parameter, InputStream stream, int number) throws SQLException {
    throw noColumn("setUnicodeStream");
  }

  @Override
  public void setBinaryStream(int parameter, InputStream stream, int number) throws SQLException {
    throw noColumn("setBinaryStream");
  }

  @Override
  public void setRef(int parameter, Ref value) throws SQLException {
    throw noColumn("setRef");
  }

  @Override
  public void setBlob(int parameter, Blob value) throws SQLException {
    throw noColumn("setBlob");
  }

  @Override
  public void setClob(int parameter, Clob value) throws SQLException {
    throw noColumn("setClob");
  }

  @Override
  public void setArray(int parameter, Array value) throws SQLException {
    throw noColumn("setArray");
  }

  @Override
  public void setTime(int parameter, Time value, Calendar calendar) throws SQLException {
    throw noColumn("setTime");
  }

  @Override
  public void setURL(int parameter, URL value) throws SQLException {
    throw noColumn("setURL");
  }

  @Override
  public void setRowId(int parameter, RowId value) throws SQLException {
    throw noColumn("setRowId");
  }

  @Override
  public void setNClob(int parameter, NClob value) throws SQLException {
    throw noColumn("setNClob");
  }

  @Override
  public void setClob(int parameter, Reader reader, long length) throws SQLException {
    throw noColumn("setClob");
  }

  @Override
  public void setBlob(int parameter, InputStream stream, long length) throws SQLException {
    throw noColumn("setBlob");
  }

  @Override
  public void setNClob(int parameter, Reader reader, long length) throws SQLException {
    throw noColumn("setNClob");
  }

  @Override
  public void setSQLXML(int parameter, SQLXML value) throws SQLException {
    throw noColumn("setSQLXML");
  }

  @Override
  public void setBinaryStream(int parameter, InputStream stream, long length) throws SQLException {
    throw noColumn("setBinaryStream");
  }

  @Override
  public void setBinaryStream(int parameter, InputStream stream) throws SQLException {
    throw noColumn("setBinaryStream");
  }

  @Override
  public void setClob(int parameter, Reader reader) throws SQLException {
    throw noColumn("setClob");
  }

  @Override
  public void setBlob(int parameter, InputStream stream) throws SQLException {
    throw noColumn("setBlob");
  }

  @Override
  public void setNClob(int parameter, Reader reader) throws SQLException {
    throw noColumn("setNClob");
  }
}
