package io.holdfast.protocol.model;

import java.util.Collections;
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
 */
public record Alterations(
    int version, SortedMap<Integer, TtlPolicy> ttls, SortedSet<Integer> deleted) {
  /** Everything is as it was defined. */
  public static final Alterations NONE = new Alterations(0, new TreeMap<>(), new TreeSet<>());

  public Alterations {
    if (version < 0) {
      throw new IllegalArgumentException("version " + version + " of a table's alterations");
    }
    if (version == 0 && !(ttls.isEmpty() && deleted.isEmpty())) {
      throw new IllegalArgumentException("alterations without a version");
    }
    ttls = Collections.unmodifiableSortedMap(new TreeMap<>(ttls));
    deleted = Collections.unmodifiableSortedSet(new TreeSet<>(deleted));
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
  public Alterations withTtl(Iterable<Integer> indexes, TtlPolicy ttl) {
    SortedMap<Integer, TtlPolicy> changed = new TreeMap<>(ttls);
    indexes.forEach(index -> changed.put(index, ttl));
    return new Alterations(version + 1, changed, deleted);
  }

  /** These, and then one index less. */
  public Alterations without(int index) {
    SortedSet<Integer> changed = new TreeSet<>(deleted);
    changed.add(index);
    return new Alterations(version + 1, ttls, changed);
  }
}
