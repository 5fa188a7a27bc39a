package io.holdfast.sql.query;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A page of rows.
 *
 * @param entries newest first within a key; there may be fewer than asked for, even none, although
 *     there are more
 * @param next where to go on; empty when there is nothing more
 */
public record RowPage(List<Entry> entries, Optional<RowCursor> next) {
  public RowPage {
    Objects.requireNonNull(next);
    entries = List.copyOf(entries);
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
