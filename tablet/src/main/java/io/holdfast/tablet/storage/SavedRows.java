package io.holdfast.tablet.storage;

import java.util.Arrays;

/**
 * Numbers the rows of one state from 0 in the order in which they are met, so that each can be
 * written once and be referred to from every index.
 *
 * <p>A row remembers its number itself. Whether that number is of this numbering, and not left from
 * an earlier one, shows in a list of what was numbered. The list holds offsets, not rows: rows that
 * the engine has freed in the meantime must not stay in memory for it. It takes 8 bytes for each
 * row.
 *
 * <p>One thread at a time, and only one numbering of an engine's rows at a time.
 */
public final class SavedRows {
  private static final int CHUNK_BITS = 14;
  private static final int CHUNK_SIZE = 1 << CHUNK_BITS;

  private long[][] offsets = new long[4][];
  private int count;

  /** Of an engine that does not have its rows in memory. */
  private OffsetNumbers met;

  /** How many rows have a number. */
  public int count() {
    return count;
  }

  int numberOf(Rows rows, int row) {
    int number = rows.savedAs(row);
    long offset = rows.offset(row);
    if (number < count && offsetOf(number) == offset) {
      return number;
    }
    if (count == Integer.MAX_VALUE) {
      throw new IllegalStateException("more rows than can be numbered");
    }
    int chunk = count >>> CHUNK_BITS;
    if (chunk == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * chunk);
    }
    if (offsets[chunk] == null) {
      offsets[chunk] = new long[CHUNK_SIZE];
    }
    offsets[chunk][count & (CHUNK_SIZE - 1)] = offset;
    rows.setSavedAs(row, count);
    return count++;
  }

  /** The next number, for a row that will not be met again. */
  int next() {
    if (count == Integer.MAX_VALUE) {
      throw new IllegalStateException("more rows than can be numbered");
    }
    return count++;
  }

  /** The number of a row that may be met again, by the offset of its record. */
  int numberOf(long rowOffset) {
    if (met == null) {
      met = new OffsetNumbers();
    }
    int known = met.find(rowOffset);
    if (known < 0) {
      known = next();
      met.add(rowOffset, known);
    }
    return known;
  }

  private long offsetOf(int number) {
    return offsets[number >>> CHUNK_BITS][number & (CHUNK_SIZE - 1)];
  }
}
