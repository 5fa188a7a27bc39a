package io.holdfast.protocol.row;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;

/** Makes rows of one version of a schema from values. Stateless and thread-safe. */
public final class RowEncoder {
  private final TableSchema schema;
  private final RowLayout layout;

  /** Of rows of the newest version. */
  public RowEncoder(TableSchema schema) {
    this(schema, schema.version());
  }

  /**
   * @param version one that the schema has
   */
  public RowEncoder(TableSchema schema, int version) {
    this.schema = schema;
    this.layout = schema.layout(version);
  }

  /**
   * Encodes a row.
   *
   * @param values one per column of the version, of the class that {@link ColumnType} names, or
   *     null for NULL
   * @throws RowFormatException when the number or a class of values is wrong, NULL stands in a
   *     column that refuses it, or a date is out of range
   */
  public byte[] encode(List<?> values) throws RowFormatException {
    if (values.size() != layout.columns()) {
      throw new RowFormatException(
          "row has "
              + values.size()
              + " values for "
              + layout.columns()
              + " columns: "
              + schema.columnNames());
    }
    byte[][] strings = new byte[layout.strings()][];
    long stringBytes = 0;
    for (int i = 0; i < values.size(); i++) {
      check(i, values.get(i));
      if (values.get(i) instanceof String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        strings[layout.place(i)] = bytes;
        stringBytes += bytes.length;
      }
    }
    long total = layout.totalBytes(stringBytes);
    if (total > Integer.MAX_VALUE - 8) {
      throw new RowFormatException("row is too large: " + total + " bytes");
    }
    ByteBuffer out = ByteBuffer.allocate((int) total).order(ByteOrder.LITTLE_ENDIAN);
    out.put(0, (byte) RowLayout.FORMAT_VERSION).put(1, (byte) layout.version());
    out.putInt(RowLayout.SIZE_AT, (int) total);
    for (int i = 0; i < values.size(); i++) {
      putFixed(out, i, values.get(i));
    }
    putStrings(out, strings);
    return out.array();
  }

  private void check(int i, Object value) throws RowFormatException {
    Column column = schema.columns().get(i);
    if (value == null) {
      if (column.notNull()) {
        throw new RowFormatException("column " + column.name() + " does not accept NULL");
      }
      return;
    }
    Class<?> wanted =
        switch (column.type()) {
          case BOOL -> Boolean.class;
          case SMALLINT -> Short.class;
          case INT -> Integer.class;
          case BIGINT, TIMESTAMP -> Long.class;
          case FLOAT -> Float.class;
          case DOUBLE -> Double.class;
          case DATE -> LocalDate.class;
          case STRING -> String.class;
        };
    if (!wanted.isInstance(value)) {
      throw new RowFormatException(
          "column " + column.name() + " is " + column.type() + ", not " + value.getClass());
    }
  }

  private void putFixed(ByteBuffer out, int i, Object value) throws RowFormatException {
    if (value == null) {
      int at = RowLayout.BITMAP_AT + i / 8;
      out.put(at, (byte) (out.get(at) | 1 << (i % 8)));
      return;
    }
    int at = layout.place(i);
    switch (schema.columns().get(i).type()) {
      case BOOL -> out.put(at, (byte) ((Boolean) value ? 1 : 0));
      case SMALLINT -> out.putShort(at, (Short) value);
      case INT -> out.putInt(at, (Integer) value);
      case BIGINT, TIMESTAMP -> out.putLong(at, (Long) value);
      case FLOAT -> out.putFloat(at, (Float) value);
      case DOUBLE -> out.putDouble(at, (Double) value);
      case DATE -> out.putInt(at, DateNumber.of((LocalDate) value));
      case STRING -> {
        // Follows with all the other strings.
      }
    }
  }

  private void putStrings(ByteBuffer out, byte[][] strings) {
    int width = RowLayout.offsetBytes(out.capacity());
    int offsetAt = layout.offsetsAt();
    int at = offsetAt + width * strings.length;
    for (byte[] string : strings) {
      putOffset(out, offsetAt, width, at);
      offsetAt += width;
      // A NULL has an offset, too: it is where the string before it ends.
      if (string != null) {
        out.put(at, string);
        at += string.length;
      }
    }
  }

  static void putOffset(ByteBuffer out, int at, int width, int offset) {
    switch (width) {
      case 1 -> out.put(at, (byte) offset);
      case 2 -> out.putShort(at, (short) offset);
      case 3 -> {
        // The odd width is the one in big-endian order.
        out.put(at, (byte) (offset >>> 16));
        out.put(at + 1, (byte) (offset >>> 8));
        out.put(at + 2, (byte) offset);
      }
      default -> out.putInt(at, offset);
    }
  }
}
