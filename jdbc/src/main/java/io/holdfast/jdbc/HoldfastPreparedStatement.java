package io.holdfast.jdbc;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.link.SqlStates;
import io.holdfast.jdbc.run.Batch;
import io.holdfast.jdbc.run.ParsedSql;
import io.holdfast.jdbc.run.StatementShape;
import io.holdfast.jdbc.value.JdbcType;
import io.holdfast.jdbc.value.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;

/** A statement that was parsed once, and whose question marks get values. For one thread. */
final class HoldfastPreparedStatement extends NoSuchParameters {
  /** A text in a column cannot be longer, since a row is one message. */
  private static final int MAX_TEXT = 1 << 26;

  private final ParsedSql sql;
  private final Parameter[] parameters;
  private final List<List<Parameter>> batch = new ArrayList<>();

  HoldfastPreparedStatement(HoldfastConnection connection, ParsedSql sql) {
    super(connection);
    this.sql = sql;
    this.parameters = new Parameter[sql.parameterCount()];
  }

  private void set(int parameter, Parameter value) throws SQLException {
    checkOpen();
    if (parameter < 1 || parameter > parameters.length) {
      throw new SQLNonTransientException(
          "parameter " + parameter + " of a statement with " + parameters.length,
          SqlStates.WRONG_PARAMETERS);
    }
    parameters[parameter - 1] = value;
  }

  private List<Parameter> values() throws SQLException {
    checkOpen();
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i] == null) {
        throw new SQLNonTransientException(
            "parameter " + (i + 1) + " has no value; setNull gives it NULL",
            SqlStates.WRONG_PARAMETERS);
      }
    }
    return List.of(parameters.clone());
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    return query(sql, values());
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    return update(sql, values());
  }

  @Override
  public int executeUpdate() throws SQLException {
    return Math.toIntExact(executeLargeUpdate());
  }

  @Override
  public boolean execute() throws SQLException {
    return run(sql, values());
  }

  @Override
  public void addBatch() throws SQLException {
    batch.add(values());
  }

  @Override
  public void clearBatch() throws SQLException {
    checkOpen();
    batch.clear();
  }

  /**
   * Executes the statement once for each row of values, many of them at once.
   *
   * @throws io.holdfast.jdbc.run.HoldfastBatchException when some have failed; it says which
   */
  @Override
  public long[] executeLargeBatch() throws SQLException {
    List<List<Parameter>> rows = List.copyOf(batch);
    batch.clear();
    CallScope scope = begin(true);
    try {
      return new Batch(session(), scope).run(sql, rows);
    } finally {
      end();
    }
  }

  @Override
  public int[] executeBatch() throws SQLException {
    return Arrays.stream(executeLargeBatch()).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public void clearParameters() throws SQLException {
    checkOpen();
    Arrays.fill(parameters, null);
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    checkOpen();
    ResultSet last = getResultSet();
    if (last != null && !last.isClosed()) {
      return last.getMetaData();
    }
    return new StatementShape(session(), sql).columns(session().begin(getQueryTimeout(), false));
  }

  @Override
  public ParameterMetaData getParameterMetaData() throws SQLException {
    checkOpen();
    return new HoldfastParameterMetaData(
        parameters.length,
        new StatementShape(session(), sql).parameters(session().begin(getQueryTimeout(), false)));
  }

  @Override
  public void setNull(int parameter, int sqlType) throws SQLException {
    set(parameter, session().parameters().none(sqlType));
  }

  @Override
  public void setNull(int parameter, int sqlType, String typeName) throws SQLException {
    setNull(parameter, sqlType);
  }

  @Override
  public void setBoolean(int parameter, boolean value) throws SQLException {
    set(parameter, new Parameter(JdbcType.BOOL, value));
  }

  @Override
  public void setByte(int parameter, byte value) throws SQLException {
    setShort(parameter, value);
  }

  @Override
  public void setShort(int parameter, short value) throws SQLException {
    set(parameter, new Parameter(JdbcType.SMALLINT, value));
  }

  @Override
  public void setInt(int parameter, int value) throws SQLException {
    set(parameter, new Parameter(JdbcType.INT, value));
  }

  @Override
  public void setLong(int parameter, long value) throws SQLException {
    set(parameter, new Parameter(JdbcType.BIGINT, value));
  }

  @Override
  public void setFloat(int parameter, float value) throws SQLException {
    set(parameter, new Parameter(JdbcType.FLOAT, value));
  }

  @Override
  public void setDouble(int parameter, double value) throws SQLException {
    set(parameter, new Parameter(JdbcType.DOUBLE, value));
  }

  @Override
  public void setBigDecimal(int parameter, BigDecimal value) throws SQLException {
    set(
        parameter,
        value == null ? new Parameter(JdbcType.DOUBLE, null) : session().parameters().of(value));
  }

  @Override
  public void setString(int parameter, String value) throws SQLException {
    set(parameter, new Parameter(JdbcType.STRING, value));
  }

  @Override
  public void setNString(int parameter, String value) throws SQLException {
    setString(parameter, value);
  }

  @Override
  public void setDate(int parameter, Date value) throws SQLException {
    setDate(parameter, value, null);
  }

  @Override
  public void setDate(int parameter, Date value, Calendar calendar) throws SQLException {
    set(parameter, session().parameters().date(value, calendar));
  }

  @Override
  public void setTimestamp(int parameter, Timestamp value) throws SQLException {
    set(parameter, session().parameters().timestamp(value));
  }

  /** The calendar is not needed: a timestamp is a moment. */
  @Override
  public void setTimestamp(int parameter, Timestamp value, Calendar calendar) throws SQLException {
    setTimestamp(parameter, value);
  }

  @Override
  public void setObject(int parameter, Object value) throws SQLException {
    set(parameter, session().parameters().of(value));
  }

  @Override
  public void setObject(int parameter, Object value, int sqlType) throws SQLException {
    set(parameter, session().parameters().of(value, sqlType));
  }

  /** The scale is not needed: there are no decimal columns. */
  @Override
  public void setObject(int parameter, Object value, int sqlType, int scale) throws SQLException {
    setObject(parameter, value, sqlType);
  }

  @Override
  public void setCharacterStream(int parameter, Reader reader) throws SQLException {
    setString(parameter, reader == null ? null : text(reader, MAX_TEXT));
  }

  @Override
  public void setCharacterStream(int parameter, Reader reader, long length) throws SQLException {
    setString(parameter, reader == null ? null : text(reader, length));
  }

  @Override
  public void setCharacterStream(int parameter, Reader reader, int length) throws SQLException {
    setCharacterStream(parameter, reader, (long) length);
  }

  @Override
  public void setNCharacterStream(int parameter, Reader reader) throws SQLException {
    setCharacterStream(parameter, reader);
  }

  @Override
  public void setNCharacterStream(int parameter, Reader reader, long length) throws SQLException {
    setCharacterStream(parameter, reader, length);
  }

  @Override
  public void setAsciiStream(int parameter, InputStream stream) throws SQLException {
    setCharacterStream(parameter, ascii(stream));
  }

  @Override
  public void setAsciiStream(int parameter, InputStream stream, long length) throws SQLException {
    setCharacterStream(parameter, ascii(stream), length);
  }

  @Override
  public void setAsciiStream(int parameter, InputStream stream, int length) throws SQLException {
    setCharacterStream(parameter, ascii(stream), (long) length);
  }

  private static Reader ascii(InputStream stream) {
    return stream == null ? null : new InputStreamReader(stream, StandardCharsets.US_ASCII);
  }

  private static String text(Reader reader, long most) throws SQLException {
    StringBuilder text = new StringBuilder();
    char[] buffer = new char[8192];
    try {
      while (text.length() < most) {
        int read = reader.read(buffer, 0, (int) Math.min(buffer.length, most - text.length()));
        if (read < 0) {
          return text.toString();
        }
        text.append(buffer, 0, read);
        if (text.length() >= MAX_TEXT) {
          throw new SQLDataException("a text of more than " + MAX_TEXT + " characters", "22001");
        }
      }
      return text.toString();
    } catch (IOException e) {
      throw new SQLDataException("the stream cannot be read: " + e.getMessage(), "22000", e);
    }
  }

  @Override
  public ResultSet executeQuery(String text) throws SQLException {
    throw withoutText();
  }

  @Override
  public boolean execute(String text) throws SQLException {
    throw withoutText();
  }

  @Override
  public int executeUpdate(String text) throws SQLException {
    throw withoutText();
  }

  @Override
  public long executeLargeUpdate(String text) throws SQLException {
    throw withoutText();
  }

  @Override
  public void addBatch(String text) throws SQLException {
    throw withoutText();
  }

  private static SQLException withoutText() {
    return SqlErrors.invalid("a prepared statement has its text; use the method without one");
  }
}
