package io.holdfast.protocol.model;

import java.util.List;
import java.util.Objects;

/**
 * An index that a table got after it was made.
 *
 * @param name unique in the table
 * @param position among all indexes of the table
 * @param keyColumns positions of the columns that are its key, added ones included
 * @param tsColumn position of the column that is an entry's time; -1 when that is the time of the
 *     put
 * @param ttl when entries are too old, as the index was made
 * @param since version of the alterations that brought it
 * @param filled whether the rows that were there before can be found by it; until then nobody may
 *     ask it
 */
public record AddedIndex(
    String name,
    int position,
    List<Integer> keyColumns,
    int tsColumn,
    TtlPolicy ttl,
    int since,
    boolean filled) {
  public AddedIndex {
    Objects.requireNonNull(name);
    Objects.requireNonNull(ttl);
    keyColumns = List.copyOf(keyColumns);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an added index needs a name");
    }
    if (keyColumns.isEmpty()) {
      throw new IllegalArgumentException("index " + name + " has no key columns");
    }
    if (position < 0) {
      throw new IllegalArgumentException("index " + name + " at position " + position);
    }
    if (since < 1) {
      throw new IllegalArgumentException("index " + name + " since version " + since);
    }
    if (tsColumn < -1 || keyColumns.stream().anyMatch(column -> column < 0)) {
      throw new IllegalArgumentException("index " + name + " has a column that cannot be");
    }
  }

  /** The same when it can be asked. */
  public AddedIndex asFilled() {
    return new AddedIndex(name, position, keyColumns, tsColumn, ttl, since, true);
  }
}
