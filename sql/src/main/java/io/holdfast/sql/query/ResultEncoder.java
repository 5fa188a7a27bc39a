package io.holdfast.sql.query;

import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.sql.SqlException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Results as the fields and the attachment of a QueryResponse, and back. Stateless. */
public final class ResultEncoder {
  /** Longest name of a column, in bytes; a longer one is cut. */
  private static final int MAX_NAME_BYTES = 127;

  private static final int MAX_COLUMNS = 0xffff;
  private static final int ROW_SIZE_AT = 2;
  private static final int ROW_HEADER_BYTES = 6;

  private ResultEncoder() {}

  /**
   * The bytes of QueryResponse.schema: number of columns as u16, and for each a flag, its type and
   * its name behind a length of one byte.
   */
  public static byte[] schema(List<ResultColumn> columns) {
    if (columns.size() > MAX_COLUMNS) {
      throw new IllegalArgumentException("too many columns: " + columns.size());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(columns.size());
    out.write(columns.size() >>> 8);
    for (ResultColumn column : columns) {
      byte[] name = name(column.name());
      out.write(0);
      out.write(column.type().queryCode());
      out.write(name.length);
      out.write(name, 0, name.length);
    }
    return out.toByteArray();
  }

  private static byte[] name(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MAX_NAME_BYTES) {
      return bytes;
    }
    int length = MAX_NAME_BYTES;
    // Not in the middle of a character.
    while ((bytes[length] & 0xc0) == 0x80) {
      length--;
    }
    return Arrays.copyOf(bytes, length);
  }

  /** The rows one behind the other: the attachment. */
  public static byte[] rows(QueryResult result) {
    byte[] all = new byte[Math.toIntExact(result.byteSize())];
    int at = 0;
    for (byte[] row : result.rows()) {
      System.arraycopy(row, 0, all, at, row.length);
      at += row.length;
    }
    return all;
  }

  /**
   * The result of an answer.
   *
   * @param schema QueryResponse.schema
   * @param rows the attachment
   * @throws SqlException when they are none
   */
  public static QueryResult decode(byte[] schema, byte[] rows) throws SqlException {
    List<ResultColumn> columns = columns(schema);
    List<byte[]> list = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at < rows.length) {
      int size = rows.length - at < ROW_HEADER_BYTES ? 0 : in.getInt(at + ROW_SIZE_AT);
      if (size < ROW_HEADER_BYTES || size > rows.length - at) {
        throw new SqlException("the answer's rows cannot be read at byte " + at);
      }
      list.add(Arrays.copyOfRange(rows, at, at + size));
      at += size;
    }
    return new QueryResult(columns, list, rows.length);
  }

  private static List<ResultColumn> columns(byte[] schema) throws SqlException {
    ByteBuffer in = ByteBuffer.wrap(schema).order(ByteOrder.LITTLE_ENDIAN);
    List<ResultColumn> columns = new ArrayList<>();
    int count = in.remaining() < 2 ? 0 : in.getShort() & 0xffff;
    for (int i = 0; i < count; i++) {
      if (in.remaining() < 3) {
        throw new SqlException("the answer's schema ends too early");
      }
      in.get();
      ColumnType type = type(in.get() & 0xff);
      byte[] name = new byte[in.get() & 0xff];
      if (in.remaining() < name.length) {
        throw new SqlException("the answer's schema ends too early");
      }
      in.get(name);
      columns.add(new ResultColumn(new String(name, StandardCharsets.UTF_8), type));
    }
    return columns;
  }

  private static ColumnType type(int code) throws SqlException {
    for (ColumnType type : ColumnType.values()) {
      if (type.queryCode() == code) {
        return type;
      }
    }
    throw new SqlException("the answer has a column of the unknown type " + code);
  }

  /** What encodes and decodes rows of these columns. */
  public static TableSchema tableSchema(List<ResultColumn> columns) {
    return TableSchema.ofColumns(
        columns.stream().map(column -> new Column(column.name(), column.type(), false)).toList());
  }
}
