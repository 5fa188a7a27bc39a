package io.holdfast.sql.query;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A page of rows.
 *
 * @param entries newest first within a key; there may be fewer than asked for, even none, although
 *     there are more
 * @param count how many rows there are; as many as entries, unless they are only counted
 * @param next where to go on; empty when there is nothing more
 */
public record RowPage(List<Entry> entries, int count, Optional<RowCursor> next) {
  public RowPage {
    Objects.requireNonNull(next);
    entries = List.copyOf(entries);
  }

  public RowPage(List<Entry> entries, Optional<RowCursor> next) {
    this(entries, entries.size(), next);
  }

  /** A page of which only the number of rows is known. */
  public static RowPage counted(int count, Optional<RowCursor> next) {
    return new RowPage(List.of(), count, next);
  }

  /** The last page. */
  public RowPage(List<Entry> entries) {
    this(entries, Optional.empty());
  }

  /**
   * A row.
   *
   * @param time of its entry in the index
   * @param row encoded; must not be changed
   */
  public record Entry(long time, byte[] row) {}
}
