package io.holdfast.protocol.row;

import io.holdfast.protocol.model.TtlPolicy;
import java.util.List;

/**
 * An index of a table.
 *
 * @param position in the table's column_key list; what a dimension's idx means
 * @param name unique in the table
 * @param keyColumns positions of the columns whose texts, joined by a bar, are the key
 * @param tsColumn position of the column that is an entry's time; -1 when that is the time of the
 *     put
 * @param ttl when entries are too old
 * @param live false when the index was deleted; its position stays taken
 * @param filled false while rows that are there may not be found by it: it takes keys, but must not
 *     be asked
 */
public record IndexDef(
    int position,
    String name,
    List<Integer> keyColumns,
    int tsColumn,
    TtlPolicy ttl,
    boolean live,
    boolean filled) {
  /** {@link #tsColumn} of an index whose entries have the time of the put. */
  public static final int PUT_TIME = -1;

  public IndexDef {
    keyColumns = List.copyOf(keyColumns);
  }

  /** An index of a table's definition. */
  public IndexDef(
      int position,
      String name,
      List<Integer> keyColumns,
      int tsColumn,
      TtlPolicy ttl,
      boolean live) {
    this(position, name, keyColumns, tsColumn, ttl, live, true);
  }

  /** The same with other ages. */
  public IndexDef with(TtlPolicy newTtl) {
    return new IndexDef(position, name, keyColumns, tsColumn, newTtl, live, filled);
  }

  /** The same after it was deleted. */
  public IndexDef deleted() {
    return new IndexDef(position, name, keyColumns, tsColumn, ttl, false, filled);
  }

  /** The same while it does not find all rows. */
  IndexDef unfilled() {
    return new IndexDef(position, name, keyColumns, tsColumn, ttl, live, false);
  }

  public boolean hasTsColumn() {
    return tsColumn != PUT_TIME;
  }
}
