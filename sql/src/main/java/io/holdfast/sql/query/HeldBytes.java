package io.holdfast.sql.query;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.expr.Values;
import java.util.List;

/** Counts about what a statement holds in memory, and refuses more than it may. */
final class HeldBytes {
  private static final int LIST_BYTES = 64;

  private final long max;
  private final String what;
  private long held;

  /**
   * @param what needs the memory, for the message
   */
  HeldBytes(long max, String what) {
    this.max = max;
    this.what = what;
  }

  void add(long bytes) throws SqlException {
    held += bytes;
    if (held > max) {
      throw new SqlException(
          what
              + " would hold more than "
              + max
              + " bytes; narrow the statement with WHERE or LIMIT");
    }
  }

  void remove(long bytes) {
    held -= bytes;
  }

  /** About what a list of values takes. */
  static long of(List<?> values) {
    long bytes = LIST_BYTES;
    for (Object value : values) {
      bytes += Values.bytes(value);
    }
    return bytes;
  }
}
