package io.holdfast.protocol.row;

import java.util.List;

/**
 * Where the parts of a schema's rows are, as {@code docs/formats/row.md} describes them. Immutable.
 */
final class RowLayout {
  static final int FORMAT_VERSION = 1;
  static final int SIZE_AT = 2;
  static final int BITMAP_AT = 6;

  /** For a column of fixed size its position in the row; for a string its number among strings. */
  private final int[] place;

  private final int version;
  private final int columns;
  private final int bitmapBytes;
  private final int offsetsAt;
  private final int strings;

  /**
   * @param version what rows like this have as their schema version
   * @param list the columns they have
   */
  RowLayout(int version, List<Column> list) {
    this.version = version;
    columns = list.size();
    bitmapBytes = (columns + 7) / 8;
    place = new int[columns];
    int at = BITMAP_AT + bitmapBytes;
    int number = 0;
    for (int i = 0; i < columns; i++) {
      ColumnType type = list.get(i).type();
      place[i] = type == ColumnType.STRING ? number++ : at;
      at += type.fixedBytes();
    }
    offsetsAt = at;
    strings = number;
  }

  int version() {
    return version;
  }

  int columns() {
    return columns;
  }

  int place(int column) {
    return place[column];
  }

  int bitmapBytes() {
    return bitmapBytes;
  }

  /** Where the offsets of the strings begin; the fixed part ends here. */
  int offsetsAt() {
    return offsetsAt;
  }

  int strings() {
    return strings;
  }

  /** Bytes of one string offset in a row of this total size. */
  static int offsetBytes(long totalBytes) {
    if (totalBytes <= 0xff) {
      return 1;
    }
    if (totalBytes <= 0xffff) {
      return 2;
    }
    return totalBytes <= 0xffffff ? 3 : 4;
  }

  /** Size of a row whose strings have that many bytes: the width of the offsets counts, too. */
  long totalBytes(long stringBytes) {
    for (int width = 1; width < 4; width++) {
      long total = offsetsAt + (long) width * strings + stringBytes;
      if (offsetBytes(total) <= width) {
        return total;
      }
    }
    return offsetsAt + 4L * strings + stringBytes;
  }
}
