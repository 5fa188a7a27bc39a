package io.holdfast.client;

import io.holdfast.client.row.RowPairs;
import java.util.Objects;

/**
 * A place in a walk over rows: behind the first so many rows of a key and a time. Valid in any
 * process, at any leader, and after any failure; write down its parts to go on another day.
 *
 * @param kind what is walked
 * @param index name of the index of a walk over one key, as its {@link ReadKey} says it; else empty
 * @param partition the partition that is walked; 0 in a walk over one key
 * @param key the row's key; of a walk over one key always that
 * @param ts the row's time in milliseconds; 0 before the first row of a partition or a key
 * @param seenAtTs how many rows of this key and time lie before the place
 */
public record RowCursor(Kind kind, String index, int partition, String key, long ts, int seenAtTs) {
  /** What a walk goes through. */
  public enum Kind {
    /** The rows of one key. */
    KEY,
    /** All rows of a table. */
    TABLE
  }

  public RowCursor {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(index);
    Objects.requireNonNull(key);
    if (partition < 0 || ts < 0 || seenAtTs < 0) {
      throw new IllegalArgumentException(
          "no place: partition " + partition + ", ts " + ts + ", seenAtTs " + seenAtTs);
    }
  }

  /** Before the first row of a key. */
  static RowCursor startOf(ReadKey key) {
    return new RowCursor(Kind.KEY, key.index(), 0, key.key(), 0, 0);
  }

  /** Before the first row of a partition. */
  static RowCursor startOf(int partition) {
    return new RowCursor(Kind.TABLE, "", partition, "", 0, 0);
  }

  /** Whether it is a place in the same walk. */
  boolean isOfSameWalk(RowCursor other) {
    boolean sameKey = kind == Kind.TABLE || (partition == 0 && key.equals(other.key));
    return kind == other.kind && index.equals(other.index) && sameKey;
  }

  /** Behind a row that comes next. In a walk over one key rows come without it. */
  RowCursor behind(RowPairs.Entry row) {
    String rowKey = kind == Kind.KEY ? key : row.key();
    boolean sameTime = row.ts() == ts && rowKey.equals(key);
    return new RowCursor(kind, index, partition, rowKey, row.ts(), sameTime ? seenAtTs + 1 : 1);
  }
}
