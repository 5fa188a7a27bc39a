package io.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a table differs from its first definition: everything that was altered since, taken together.
 * Replicas take it over at a place in the log, so that all of them keep the same rows.
 *
 * @param version how many alterations there were; of two the higher one is the later, and includes
 *     the other
 * @param ttls by index position, where they are not as defined
 * @param deleted positions of indexes that were deleted
 * @param columns that were added, in this order behind those of the definition; each makes rows of
 *     a new schema version
 * @param indexes that were added, in this order behind those of the definition; none ever leaves
 *     the list
 * @param truncations how often all rows were removed
 */
public record Alterations(
    int version,
    SortedMap<Integer, TtlPolicy> ttls,
    SortedSet<Integer> deleted,
    List<AddedColumn> columns,
    List<AddedIndex> indexes,
    int truncations) {
  /** Everything is as it was defined. */
  public static final Alterations NONE =
      new Alterations(0, new TreeMap<>(), new TreeSet<>(), List.of(), List.of(), 0);

  public Alterations {
    ttls = Collections.unmodifiableSortedMap(new TreeMap<>(ttls));
    deleted = Collections.unmodifiableSortedSet(new TreeSet<>(deleted));
    columns = List.copyOf(columns);
    indexes = List.copyOf(indexes);
    if (version < 0) {
      throw new IllegalArgumentException("version " + version + " of a table's alterations");
    }
    boolean nothing =
        ttls.isEmpty()
            && deleted.isEmpty()
            && columns.isEmpty()
            && indexes.isEmpty()
            && truncations == 0;
    if (version == 0 && !nothing) {
      throw new IllegalArgumentException("alterations without a version");
    }
    if (truncations < 0 || truncations > version) {
      throw new IllegalArgumentException(truncations + " truncations in " + version + " steps");
    }
    requirePosition(ttls.keySet());
    requirePosition(deleted);
  }

  private static void requirePosition(Iterable<Integer> positions) {
    for (int position : positions) {
      if (position < 0) {
        throw new IllegalArgumentException("no index can be at position " + position);
      }
    }
  }

  /** Whether nothing was altered. */
  public boolean isNone() {
    return version == 0;
  }

  /** These, and then other ages for some indexes. */
  public Alterations withTtl(Iterable<Integer> positions, TtlPolicy ttl) {
    SortedMap<Integer, TtlPolicy> changed = new TreeMap<>(ttls);
    positions.forEach(position -> changed.put(position, ttl));
    return new Alterations(version + 1, changed, deleted, columns, indexes, truncations);
  }

  /** These, and then one index less. */
  public Alterations without(int position) {
    SortedSet<Integer> changed = new TreeSet<>(deleted);
    changed.add(position);
    return new Alterations(version + 1, ttls, changed, columns, indexes, truncations);
  }

  /** These, and then one column more. */
  public Alterations with(AddedColumn column) {
    return new Alterations(version + 1, ttls, deleted, and(columns, column), indexes, truncations);
  }

  /** These, and then one index more, which is not filled; see {@link AddedIndex}. */
  public Alterations withIndex(
      String name, int position, List<Integer> keyColumns, int tsColumn, TtlPolicy ttl) {
    int next = version + 1;
    AddedIndex index = new AddedIndex(name, position, keyColumns, tsColumn, ttl, next, false);
    return new Alterations(next, ttls, deleted, columns, and(indexes, index), truncations);
  }

  /** These, and then the index of that number among the added ones can be asked. */
  public Alterations withFilled(int number) {
    List<AddedIndex> changed = new ArrayList<>(indexes);
    changed.set(number, changed.get(number).asFilled());
    return new Alterations(version + 1, ttls, deleted, columns, changed, truncations);
  }

  /** These, and then no rows. */
  public Alterations truncated() {
    return new Alterations(version + 1, ttls, deleted, columns, indexes, truncations + 1);
  }

  /**
   * These without what was added behind so many columns and indexes, as one sees it who does not
   * know more.
   */
  public Alterations firstOf(int columnCount, int indexCount) {
    if (columnCount == columns.size() && indexCount == indexes.size()) {
      return this;
    }
    SortedMap<Integer, TtlPolicy> knownTtls = new TreeMap<>(ttls);
    SortedSet<Integer> knownDeleted = new TreeSet<>(deleted);
    for (AddedIndex index : indexes.subList(indexCount, indexes.size())) {
      knownTtls.remove(index.position());
      knownDeleted.remove(index.position());
    }
    return new Alterations(
        version,
        knownTtls,
        knownDeleted,
        columns.subList(0, columnCount),
        indexes.subList(0, indexCount),
        truncations);
  }

  private static <T> List<T> and(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }
}
