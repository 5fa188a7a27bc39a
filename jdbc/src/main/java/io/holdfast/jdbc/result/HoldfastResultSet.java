package io.holdfast.jdbc.result;

import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.link.SqlStates;
import io.holdfast.jdbc.value.Values;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A result that is read from its first row to its last. All of it is on this side already, so that
 * reading it never waits. For one thread; only {@link #close} may come from another.
 */
public final class HoldfastResultSet extends GettersByLabel {
  private final Rows rows;
  private final List<ColumnInfo> columns;
  private final Values values;
  private final Statement statement;
  private final Runnable onClose;
  private final long maxRows;
  private final Map<String, Integer> numbers = new HashMap<>();

  private long position;
  private boolean onRow;
  private boolean hadRows;
  private boolean wasNull;
  private volatile boolean closed;

  /**
   * @param statement that it came from; null when there is none
   * @param onClose is told once
   * @param maxRows rows that are shown at most; 0 for all
   */
  public HoldfastResultSet(
      Rows rows, Values values, Statement statement, Runnable onClose, long maxRows) {
    this.rows = rows;
    this.columns = rows.columns();
    this.values = values;
    this.statement = statement;
    this.onClose = onClose;
    this.maxRows = maxRows;
    for (int i = 0; i < columns.size(); i++) {
      // Of several columns with one label, the first one is meant.
      numbers.putIfAbsent(columns.get(i).label().toLowerCase(Locale.ROOT), i + 1);
    }
  }

  private void checkOpen() throws SQLException {
    if (closed) {
      throw SqlErrors.closed("the result");
    }
  }

  @Override
  public boolean next() throws SQLException {
    checkOpen();
    if (position < 0) {
      return false;
    }
    onRow = (maxRows == 0 || position < maxRows) && rows.next();
    hadRows |= onRow;
    position = onRow ? position + 1 : -1;
    return onRow;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      onClose.run();
    }
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  /** The value of a column of the row at hand; null for NULL. */
  private Object value(int column) throws SQLException {
    checkColumn(column);
    Object value = rows.value(column - 1);
    wasNull = value == null;
    return value;
  }

  private void checkColumn(int column) throws SQLException {
    checkOpen();
    if (!onRow) {
      throw new SQLNonTransientException(
          position < 0 ? "the result has no more rows" : "call next() before the first row is read",
          SqlStates.NO_ROW);
    }
    if (column < 1 || column > columns.size()) {
      throw new SQLSyntaxErrorException(
          "column " + column + " of a result of " + columns.size() + " columns",
          SqlStates.NO_COLUMN);
    }
  }

  @Override
  public boolean wasNull() throws SQLException {
    checkOpen();
    return wasNull;
  }

  @Override
  public int findColumn(String label) throws SQLException {
    checkOpen();
    Integer number = label == null ? null : numbers.get(label.toLowerCase(Locale.ROOT));
    if (number == null) {
      throw new SQLSyntaxErrorException(
          "the result has no column "
              + label
              + ", but "
              + columns.stream().map(ColumnInfo::label).toList(),
          SqlStates.NO_COLUMN);
    }
    return number;
  }

  @Override
  public String getString(int column) throws SQLException {
    Object value = value(column);
    return value == null ? null : values.toText(value);
  }

  @Override
  public boolean getBoolean(int column) throws SQLException {
    Object value = value(column);
    return value != null && values.toBoolean(value);
  }

  @Override
  public byte getByte(int column) throws SQLException {
    Object value = value(column);
    return value == null ? 0 : values.toByte(value);
  }

  @Override
  public short getShort(int column) throws SQLException {
    Object value = value(column);
    return value == null ? 0 : values.toShort(value);
  }

  @Override
  public int getInt(int column) throws SQLException {
    Object value = value(column);
    return value == null ? 0 : values.toInt(value);
  }

  @Override
  public long getLong(int column) throws SQLException {
    Object value = value(column);
    return value == null ? 0 : values.toLong(value);
  }

  @Override
  public float getFloat(int column) throws SQLException {
    Object value = value(column);
    return value == null ? 0 : values.toFloat(value);
  }

  @Override
  public double getDouble(int column) throws SQLException {
    Object value = value(column);
    return value == null ? 0 : values.toDouble(value);
  }

  @Override
  public BigDecimal getBigDecimal(int column) throws SQLException {
    Object value = value(column);
    return value == null ? null : values.toBigDecimal(value);
  }

  @Deprecated
  @Override
  public BigDecimal getBigDecimal(int column, int scale) throws SQLException {
    Object value = value(column);
    return value == null ? null : values.toBigDecimal(value, scale);
  }

  @Override
  public byte[] getBytes(int column) throws SQLException {
    Object value = value(column);
    if (value == null) {
      return null;
    }
    byte[] raw = rows.bytes(column - 1);
    return raw == null ? values.toBytes(value) : raw;
  }

  @Override
  public Date getDate(int column) throws SQLException {
    return getDate(column, null);
  }

  @Override
  public Date getDate(int column, Calendar calendar) throws SQLException {
    Object value = value(column);
    return value == null ? null : values.in(calendar).toDate(value);
  }

  @Override
  public Time getTime(int column) throws SQLException {
    return getTime(column, null);
  }

  @Override
  public Time getTime(int column, Calendar calendar) throws SQLException {
    Object value = value(column);
    return value == null ? null : values.in(calendar).toTime(value);
  }

  @Override
  public Timestamp getTimestamp(int column) throws SQLException {
    return getTimestamp(column, null);
  }

  @Override
  public Timestamp getTimestamp(int column, Calendar calendar) throws SQLException {
    Object value = value(column);
    return value == null ? null : values.in(calendar).toTimestamp(value);
  }

  @Override
  public Object getObject(int column) throws SQLException {
    Object value = value(column);
    return value == null ? null : values.toObject(value, columns.get(column - 1).type());
  }

  @Override
  public Object getObject(int column, Map<String, Class<?>> types) throws SQLException {
    // There are no types of the user's own that a map could name.
    return getObject(column);
  }

  @Override
  public <T> T getObject(int column, Class<T> type) throws SQLException {
    if (type == null) {
      throw SqlErrors.invalid("getObject needs a class");
    }
    Object value = value(column);
    return value == null ? null : values.toObject(value, columns.get(column - 1).type(), type);
  }

  @Override
  public String getNString(int column) throws SQLException {
    return getString(column);
  }

  @Override
  public Reader getCharacterStream(int column) throws SQLException {
    String text = getString(column);
    return text == null ? null : new StringReader(text);
  }

  @Override
  public Reader getNCharacterStream(int column) throws SQLException {
    return getCharacterStream(column);
  }

  @Override
  public InputStream getAsciiStream(int column) throws SQLException {
    String text = getString(column);
    return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Deprecated
  @Override
  public InputStream getUnicodeStream(int column) throws SQLException {
    return getBinaryStream(column);
  }

  @Override
  public InputStream getBinaryStream(int column) throws SQLException {
    byte[] bytes = getBytes(column);
    return bytes == null ? null : new ByteArrayInputStream(bytes);
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    checkOpen();
    return new ColumnsMetaData(columns);
  }

  @Override
  public Statement getStatement() throws SQLException {
    checkOpen();
    return statement;
  }

  @Override
  public int getRow() throws SQLException {
    checkOpen();
    return onRow ? (int) Math.min(position, Integer.MAX_VALUE) : 0;
  }

  @Override
  public boolean isBeforeFirst() throws SQLException {
    checkOpen();
    return position == 0 && rows.hasNext();
  }

  @Override
  public boolean isAfterLast() throws SQLException {
    checkOpen();
    return position < 0 && hadRows;
  }

  @Override
  public boolean isFirst() throws SQLException {
    checkOpen();
    return position == 1;
  }

  @Override
  public boolean isLast() throws SQLException {
    checkOpen();
    return onRow && (position == maxRows || !rows.hasNext());
  }

  @Override
  public void setFetchDirection(int direction) throws SQLException {
    checkOpen();
    if (direction != FETCH_FORWARD) {
      throw SqlErrors.notSupported("a result can be read forward only");
    }
  }

  @Override
  public int getFetchDirection() throws SQLException {
    checkOpen();
    return FETCH_FORWARD;
  }

  @Override
  public void setFetchSize(int size) throws SQLException {
    checkOpen();
    if (size < 0) {
      throw SqlErrors.invalid("a fetch size of " + size);
    }
  }

  /** 0: all rows have been fetched. */
  @Override
  public int getFetchSize() throws SQLException {
    checkOpen();
    return 0;
  }

  @Override
  public int getType() throws SQLException {
    checkOpen();
    return TYPE_FORWARD_ONLY;
  }

  @Override
  public int getConcurrency() throws SQLException {
    checkOpen();
    return CONCUR_READ_ONLY;
  }

  @Override
  public int getHoldability() throws SQLException {
    checkOpen();
    return ResultSet.HOLD_CURSORS_OVER_COMMIT;
  }

  @Override
  public SQLWarning getWarnings() throws SQLException {
    checkOpen();
    return null;
  }

  @Override
  public void clearWarnings() throws SQLException {
    checkOpen();
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
