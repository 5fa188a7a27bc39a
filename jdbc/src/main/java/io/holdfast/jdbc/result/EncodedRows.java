package io.holdfast.jdbc.result;

import io.holdfast.jdbc.link.QueryAnswer;
import io.holdfast.jdbc.value.JdbcType;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.query.ResultColumn;
import io.holdfast.sql.query.ResultEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.time.Instant;
import java.util.List;

/** Rows as a tablet has sent them; each is decoded when it is looked at. For one thread. */
public final class EncodedRows implements Rows {
  private static final byte[] NO_ROWS = new byte[0];
  private static final int SIZE_AT = 2;
  private static final int HEADER_BYTES = 6;

  private final List<ResultColumn> columns;
  private final List<ColumnInfo> infos;
  private final TableSchema schema;
  private final ByteBuffer rows;
  private RowView row;

  /**
   * @throws SQLException when the answer's schema cannot be read
   */
  public EncodedRows(QueryAnswer answer) throws SQLException {
    try {
      columns = ResultEncoder.decode(answer.schema().toByteArray(), NO_ROWS).columns();
    } catch (SqlException e) {
      throw malformed(e.getMessage(), e);
    }
    infos = columns.stream().map(c -> new ColumnInfo(c.name(), JdbcType.of(c.type()))).toList();
    schema = ResultEncoder.tableSchema(columns);
    rows = answer.rows().duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public List<ColumnInfo> columns() {
    return infos;
  }

  @Override
  public boolean next() throws SQLException {
    if (!rows.hasRemaining()) {
      row = null;
      return false;
    }
    int size = rows.remaining() < HEADER_BYTES ? 0 : rows.getInt(rows.position() + SIZE_AT);
    if (size < HEADER_BYTES || size > rows.remaining()) {
      throw malformed("a row of " + size + " bytes where " + rows.remaining() + " are left", null);
    }
    try {
      row = RowView.of(schema, rows.slice(rows.position(), size));
    } catch (RowFormatException e) {
      throw malformed(e.getMessage(), e);
    }
    rows.position(rows.position() + size);
    return true;
  }

  @Override
  public boolean hasNext() {
    return rows.hasRemaining();
  }

  @Override
  public Object value(int column) throws SQLException {
    try {
      Object value = row.get(column);
      boolean moment = columns.get(column).type() == ColumnType.TIMESTAMP;
      return moment && value != null ? Instant.ofEpochMilli((Long) value) : value;
    } catch (RowFormatException e) {
      throw malformed(e.getMessage(), e);
    }
  }

  @Override
  public byte[] bytes(int column) {
    boolean text = columns.get(column).type() == ColumnType.STRING;
    return text && !row.isNull(column) ? row.getBytes(column) : null;
  }

  private static SQLException malformed(String message, Throwable cause) {
    return new SQLNonTransientException(
        "the tablet's answer cannot be read: " + message, "HY000", cause);
  }
}
