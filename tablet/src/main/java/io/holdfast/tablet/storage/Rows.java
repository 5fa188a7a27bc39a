package io.holdfast.tablet.storage;

import java.nio.ByteBuffer;

/**
 * The rows of a partition in its {@link Arena}, each once, referenced from every index it is in.
 * Single owner; while the arena holds what is freed, another thread may read the rows handed to it.
 *
 * <pre>
 *  0 int    how many hold it: index entries, and the engine at work
 *  4 int    its number in the last state it was saved with, see {@link SavedRows}, which owns it
 *  8 long   offset of the record that put it
 * 16 int    length
 * 20 bytes  the value
 * </pre>
 */
final class Rows {
  private static final int REFERENCES = 0;
  private static final int SAVED_AS = 4;
  private static final int OFFSET = 8;
  private static final int LENGTH = 16;
  private static final int VALUE = 20;

  /** What a row takes beyond its value. */
  static final int OVERHEAD_BYTES = 24;

  private final Arena arena;
  private long count;
  private long bytes;

  /** Offset of the last record that removed all rows. */
  private long truncatedAt;

  /** What a row takes. */
  static int bytes(int valueBytes) {
    return VALUE + valueBytes;
  }

  Rows(Arena arena) {
    this.arena = arena;
  }

  long count() {
    return count;
  }

  /** Bytes of the values. */
  long bytes() {
    return bytes;
  }

  /** A new row that nobody holds. */
  int add(byte[] value, long offset) {
    if (value.length > Integer.MAX_VALUE - OVERHEAD_BYTES) {
      throw new IllegalStateException("row of " + value.length + " bytes");
    }
    int row = arena.take(VALUE + value.length);
    arena.putInt(row, REFERENCES, 0);
    arena.putInt(row, SAVED_AS, 0);
    arena.putLong(row, OFFSET, offset);
    arena.putInt(row, LENGTH, value.length);
    arena.putBytes(row, VALUE, value);
    count++;
    bytes += value.length;
    return row;
  }

  /** The rows of records up to an offset are not counted any more; they go one by one. */
  void truncate(long offset) {
    count = 0;
    bytes = 0;
    truncatedAt = offset;
  }

  void hold(int row) {
    arena.putInt(row, REFERENCES, arena.getInt(row, REFERENCES) + 1);
  }

  /** One less holds it; the last one frees it. */
  void release(int row) {
    int left = arena.getInt(row, REFERENCES) - 1;
    arena.putInt(row, REFERENCES, left);
    if (left == 0) {
      int length = length(row);
      // One from before the table was truncated is not counted any more.
      if (offset(row) > truncatedAt) {
        count--;
        bytes -= length;
      }
      arena.free(row, VALUE + length);
    }
  }

  int references(int row) {
    return arena.getInt(row, REFERENCES);
  }

  long offset(int row) {
    return arena.getLong(row, OFFSET);
  }

  int length(int row) {
    return arena.getInt(row, LENGTH);
  }

  /** A copy of the value. */
  byte[] value(int row) {
    ByteBuffer buffer = arena.buffer(row);
    int at = Arena.place(row);
    byte[] value = new byte[buffer.getInt(at + LENGTH)];
    buffer.get(at + VALUE, value);
    return value;
  }

  boolean hasValue(int row, byte[] value) {
    return length(row) == value.length && arena.compare(row, VALUE, value.length, value) == 0;
  }

  int savedAs(int row) {
    return arena.getInt(row, SAVED_AS);
  }

  void setSavedAs(int row, int number) {
    arena.putInt(row, SAVED_AS, number);
  }
}
