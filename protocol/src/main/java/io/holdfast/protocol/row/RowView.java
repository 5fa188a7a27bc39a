package io.holdfast.protocol.row;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one row in place. It may be of any version of its schema: columns that its version does not
 * have yet are NULL.
 *
 * <p>Making a view checks the whole row: header, size, and that every string lies within it and
 * behind the one before. After that no getter reads outside the row. The unused bits of the NULL
 * bitmap mean nothing and are ignored: clients differ in them. Not for several threads.
 */
public final class RowView {
  private final TableSchema schema;
  private final RowLayout layout;
  private final ByteBuffer row;
  private final int width;

  private RowView(TableSchema schema, RowLayout layout, ByteBuffer row) {
    this.schema = schema;
    this.layout = layout;
    this.row = row;
    this.width = RowLayout.offsetBytes(row.limit());
  }

  /**
   * A view of these bytes, which must not change.
   *
   * @throws RowFormatException when they are not a row of the schema
   */
  public static RowView of(TableSchema schema, byte[] bytes) throws RowFormatException {
    return of(schema, ByteBuffer.wrap(bytes));
  }

  /** A view of a buffer's remaining bytes. See {@link #of(TableSchema, byte[])}. */
  public static RowView of(TableSchema schema, ByteBuffer bytes) throws RowFormatException {
    ByteBuffer row = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int version = schemaVersion(row);
    if (version < 1 || version > schema.version()) {
      throw new RowFormatException(
          version == 0
              ? "row has no format version that is known"
              : "row has schema version " + version + ", not 1 to " + schema.version());
    }
    RowView view = new RowView(schema, schema.layout(version), row);
    view.check();
    return view;
  }

  /**
   * Whether these bytes may be a row of the same table with columns that the schema does not have
   * yet: somebody else has heard of them before.
   */
  public static boolean isOfLaterSchema(TableSchema schema, ByteBuffer bytes) {
    int version = schemaVersion(bytes.slice());
    return version > schema.version() && version <= TableSchema.MAX_VERSION;
  }

  /** 0 when the bytes are no row. */
  private static int schemaVersion(ByteBuffer row) {
    boolean known = row.limit() > 1 && row.get(0) == RowLayout.FORMAT_VERSION;
    return known ? row.get(1) & 0xff : 0;
  }

  private void check() throws RowFormatException {
    int length = row.limit();
    if (length < layout.offsetsAt() + (long) width * layout.strings()) {
      throw new RowFormatException("row is too short for its schema: " + length + " bytes");
    }
    if (row.getInt(RowLayout.SIZE_AT) != length) {
      throw new RowFormatException(
          "row says it has "
              + Integer.toUnsignedString(row.getInt(RowLayout.SIZE_AT))
              + " bytes but has "
              + length);
    }
    checkStrings(length);
    for (int i = 0; i < layout.columns(); i++) {
      Column column = schema.columns().get(i);
      if (column.notNull() && isNull(i)) {
        throw new RowFormatException("column " + column.name() + " does not accept NULL");
      }
    }
  }

  private void checkStrings(int length) throws RowFormatException {
    int begin = layout.offsetsAt() + width * layout.strings();
    boolean first = true;
    for (int i = 0; i < layout.columns(); i++) {
      // What stands as the offset of a NULL means nothing, except as the end of the one before:
      // encoders leave zero there when a row begins with NULLs.
      if (isString(i) && !isNull(i)) {
        int start = offset(layout.place(i));
        int end = endOf(layout.place(i));
        if (start < begin || end < start || end > length || (first && start != begin)) {
          throw new RowFormatException("column " + i + " of the row has a string outside of it");
        }
        first = false;
      }
    }
    if (begin > length || (first && begin != length)) {
      throw new RowFormatException("row has a wrong length for its schema: " + length + " bytes");
    }
  }

  private boolean isString(int column) {
    return schema.columns().get(column).type() == ColumnType.STRING;
  }

  private int endOf(int number) {
    return number + 1 < layout.strings() ? offset(number + 1) : row.limit();
  }

  /** Total bytes of the row. */
  public int size() {
    return row.limit();
  }

  /** Whether a column is NULL, or not in the row's version. */
  public boolean isNull(int column) {
    return column >= layout.columns()
        || (row.get(RowLayout.BITMAP_AT + column / 8) & 1 << (column % 8)) != 0;
  }

  /**
   * The value of a column.
   *
   * @return of the class that {@link ColumnType} names; null for NULL
   * @throws RowFormatException when a date is none
   */
  public Object get(int column) throws RowFormatException {
    if (isNull(column)) {
      return null;
    }
    int at = layout.place(column);
    return switch (schema.columns().get(column).type()) {
      case BOOL -> row.get(at) != 0;
      case SMALLINT -> row.getShort(at);
      case INT -> row.getInt(at);
      case BIGINT, TIMESTAMP -> row.getLong(at);
      case FLOAT -> row.getFloat(at);
      case DOUBLE -> row.getDouble(at);
      case DATE -> DateNumber.toDate(row.getInt(at));
      case STRING -> new String(getBytes(column), StandardCharsets.UTF_8);
    };
  }

  /** The values of all columns of the schema, in their order. See {@link #get}. */
  public List<Object> values() throws RowFormatException {
    int columns = schema.columns().size();
    List<Object> values = new ArrayList<>(columns);
    for (int i = 0; i < columns; i++) {
      values.add(get(i));
    }
    return values;
  }

  /** The number in an integer, timestamp or date column that is not NULL; a date as its number. */
  public long getLong(int column) {
    int at = layout.place(column);
    return switch (schema.columns().get(column).type()) {
      case BOOL -> row.get(at) != 0 ? 1 : 0;
      case SMALLINT -> row.getShort(at);
      case INT, DATE -> row.getInt(at);
      case BIGINT, TIMESTAMP -> row.getLong(at);
      case FLOAT, DOUBLE, STRING ->
          throw new IllegalArgumentException("column " + column + " holds no integer");
    };
  }

  /** The bytes of a string column that is not NULL, as they are: they need not be valid UTF-8. */
  public byte[] getBytes(int column) {
    if (schema.columns().get(column).type() != ColumnType.STRING) {
      throw new IllegalArgumentException("column " + column + " holds no string");
    }
    int number = layout.place(column);
    int start = offset(number);
    int end = endOf(number);
    byte[] bytes = new byte[end - start];
    row.get(start, bytes);
    return bytes;
  }

  private int offset(int number) {
    int at = layout.offsetsAt() + width * number;
    return switch (width) {
      case 1 -> row.get(at) & 0xff;
      case 2 -> row.getShort(at) & 0xffff;
      case 3 -> (row.get(at) & 0xff) << 16 | (row.get(at + 1) & 0xff) << 8 | row.get(at + 2) & 0xff;
      default -> row.getInt(at);
    };
  }

  /**
   * The row's bytes as {@link RowEncoder} writes them: the unused bits of the bitmap are cleared
   * and NULL strings begin where the string before ends. Equal rows are equal bytes then.
   */
  public byte[] canonicalBytes() {
    byte[] bytes = new byte[row.limit()];
    row.get(0, bytes);
    int used = layout.columns() % 8;
    if (used != 0) {
      bytes[RowLayout.BITMAP_AT + layout.bitmapBytes() - 1] &= (byte) ((1 << used) - 1);
    }
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = layout.offsetsAt() + width * layout.strings();
    for (int i = 0; i < layout.columns(); i++) {
      if (!isString(i)) {
        continue;
      }
      int number = layout.place(i);
      if (isNull(i)) {
        RowEncoder.putOffset(out, layout.offsetsAt() + width * number, width, end);
      } else {
        end = endOf(number);
      }
    }
    return bytes;
  }
}
