package io.holdfast.sql.query;

import io.holdfast.sql.catalog.TableView;
import java.util.Objects;
import java.util.Optional;

/**
 * A page of rows that a statement asks for: all versions of one key, or of all keys of a partition.
 *
 * @param partition from 0; the key's own one when there is a key
 * @param index position of a live, filled index in the table's schema
 * @param key text of the index's key; empty for all keys of the partition
 * @param fromTime the smallest time, included
 * @param toTime the greatest time, included
 * @param after where the page before ended; empty for the first page
 * @param maxRows the statement can use no more than these, at least 1
 * @param maxBytes of rows, at least 1; a single row that is larger is returned alone
 */
public record RowRequest(
    TableView table,
    int partition,
    int index,
    Optional<String> key,
    long fromTime,
    long toTime,
    Optional<RowCursor> after,
    int maxRows,
    int maxBytes) {
  public RowRequest {
    Objects.requireNonNull(table);
    Objects.requireNonNull(key);
    Objects.requireNonNull(after);
    if (maxRows < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("limits must be positive: " + maxRows + ", " + maxBytes);
    }
  }

  /** Whether every time is asked for. */
  public boolean isAllTimes() {
    return fromTime == Long.MIN_VALUE && toTime == Long.MAX_VALUE;
  }

  /** The same behind a page, for so many rows. */
  public RowRequest after(RowCursor cursor, int rows) {
    return new RowRequest(
        table, partition, index, key, fromTime, toTime, Optional.of(cursor), rows, maxBytes);
  }
}
