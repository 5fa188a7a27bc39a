package io.holdfast.client.row;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import java.util.List;

/** Between a table's column values and its binary rows. Thread-safe. */
public interface RowCodec {
  /** The partition that holds a key, from 0. */
  int partition(String key, int partitionCount);

  /**
   * Encodes a row.
   *
   * @param values one per column; those of the columns that were added last may be missing, and the
   *     row is one of before these columns then. Null for NULL: Boolean, Short, Integer, Long
   *     (bigint, and timestamp in milliseconds), Float, Double, String, java.time.LocalDate
   * @throws IllegalArgumentException when they do not fit the table
   */
  EncodedRow encode(TableInfo table, List<?> values);

  /**
   * The keys of a row under the indexes from a position on.
   *
   * @throws IllegalArgumentException when the bytes are no row of the table
   */
  List<IndexKey> keysFrom(TableInfo table, byte[] row, int position);

  /**
   * The values of a row, of the types that {@link #encode} takes.
   *
   * @throws IllegalArgumentException when the bytes are no row of the table
   */
  List<Object> decode(TableInfo table, byte[] row);

  /** Whether a row may have columns that this description of its table does not have yet. */
  boolean isOfLaterSchema(TableInfo table, byte[] row);
}
