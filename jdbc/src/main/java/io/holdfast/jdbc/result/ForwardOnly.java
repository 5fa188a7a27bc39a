package io.holdfast.jdbc.result;

import io.holdfast.jdbc.link.SqlErrors;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;

/** Refuses to go back in a result, and what no column has. */
abstract class ForwardOnly extends NoUpdates {
  @Override
  public void beforeFirst() throws SQLException {
    throw SqlErrors.notSupported("a result can be read forward only");
  }

  @Override
  public void afterLast() throws SQLException {
    throw SqlErrors.notSupported("a result can be read forward only");
  }

  @Override
  public boolean first() throws SQLException {
    throw SqlErrors.notSupported("a result can be read forward only");
  }

  @Override
  public boolean last() throws SQLException {
    throw SqlErrors.notSupported("a result can be read forward only");
  }

  @Override
  public boolean absolute(int number) throws SQLException {
    throw SqlErrors.notSupported("a result can be read forward only");
  }

  @Override
  public boolean relative(int number) throws SQLException {
    throw SqlErrors.notSupported("a result can be read forward only");
  }

  @Override
  public boolean previous() throws SQLException {
    throw SqlErrors.notSupported("a result can be read forward only");
  }

  @Override
  public String getCursorName() throws SQLException {
    throw SqlErrors.notSupported("a result has no cursor");
  }

  @Override
  public Ref getRef(int column) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getRef");
  }

  @Override
  public Blob getBlob(int column) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getBlob");
  }

  @Override
  public Clob getClob(int column) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getClob");
  }

  @Override
  public Array getArray(int column) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getArray");
  }

  @Override
  public Ref getRef(String label) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getRef");
  }

  @Override
  public Blob getBlob(String label) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getBlob");
  }

  @Override
  public Clob getClob(String label) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getClob");
  }

  @Override
  public Array getArray(String label) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getArray");
  }

  @Override
  public URL getURL(int column) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getURL");
  }

  @Override
  public URL getURL(String label) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getURL");
  }

  @Override
  public RowId getRowId(int column) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getRowId");
  }

  @Override
  public RowId getRowId(String label) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getRowId");
  }

  @Override
  public NClob getNClob(int column) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getNClob");
  }

  @Override
  public NClob getNClob(String label) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getNClob");
  }

  @Override
  public SQLXML getSQLXML(int column) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getSQLXML");
  }

  @Override
  public SQLXML getSQLXML(String label) throws SQLException {
    throw SqlErrors.notSupported("no column has values for getSQLXML");
  }
}
