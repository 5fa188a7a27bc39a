package io.holdfast.protocol.row;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Texts of index keys: the columns' texts joined by a bar, with fixed words for NULL and for the
 * empty string. Numbers are decimal, a date is its number, a timestamp its milliseconds. Stateless.
 */
public final class KeyCodec {
  /** Stands for NULL in a key. */
  public static final String NULL_TEXT = "!N@U#L$L%";

  /** Stands for the empty string in a key. */
  public static final String EMPTY_TEXT = "!@#$%";

  private static final byte[] NULL_BYTES = NULL_TEXT.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY_BYTES = EMPTY_TEXT.getBytes(StandardCharsets.US_ASCII);

  private KeyCodec() {}

  /**
   * The key of a row in an index.
   *
   * @return bytes, since a row's strings need not be valid UTF-8
   */
  public static byte[] key(TableSchema schema, IndexDef index, RowView row) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int column : index.keyColumns()) {
      if (out.size() > 0) {
        out.write('|');
      }
      // A part is never empty, so that the size tells whether it is the first.
      byte[] part = part(schema.columns().get(column).type(), column, row);
      out.write(part, 0, part.length);
    }
    return out.toByteArray();
  }

  private static byte[] part(ColumnType type, int column, RowView row) {
    if (row.isNull(column)) {
      return NULL_BYTES;
    }
    return switch (type) {
      case STRING -> {
        byte[] bytes = row.getBytes(column);
        yield bytes.length == 0 ? EMPTY_BYTES : bytes;
      }
      case BOOL -> ascii(row.getLong(column) != 0 ? "true" : "false");
      case SMALLINT, INT, BIGINT, DATE, TIMESTAMP -> ascii(Long.toString(row.getLong(column)));
      case FLOAT, DOUBLE ->
          throw new IllegalArgumentException("float or double column can not be index");
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Joins texts of key columns as somebody typed them; null stands for NULL. */
  public static String join(List<String> parts) {
    StringBuilder key = new StringBuilder();
    for (String part : parts) {
      if (key.length() > 0) {
        key.append('|');
      }
      key.append(part == null ? NULL_TEXT : part.isEmpty() ? EMPTY_TEXT : part);
    }
    return key.toString();
  }
}
