package io.holdfast.testkit.check;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What became of unique values that were added to a set while things broke, by a read of everything
 * at the end.
 *
 * @param ok acknowledged and there
 * @param lost acknowledged and not there: never allowed
 * @param recovered of unknown outcome and there
 * @param forgotten of unknown outcome and not there
 * @param duplicated there more than once: never allowed
 * @param forged there although their adding failed for certain, or although nobody added them:
 *     never allowed
 */
public record SetVerdict(
    int ok, Set<Long> lost, int recovered, int forgotten, Set<Long> duplicated, Set<Long> forged) {

  /** Whether every promise was kept. */
  public boolean isKept() {
    return lost.isEmpty() && duplicated.isEmpty() && forged.isEmpty();
  }

  /**
   * Judges a run.
   *
   * @param added every value that anyone tried to add, with what its client was told
   * @param found the final read, duplicates included
   */
  public static SetVerdict of(Map<Long, VersionedOp.Outcome> added, Collection<Long> found) {
    Map<Long, Integer> counts = new HashMap<>();
    found.forEach(value -> counts.merge(value, 1, Integer::sum));
    Set<Long> lost = new TreeSet<>();
    Set<Long> duplicated = new TreeSet<>();
    Set<Long> forged = new TreeSet<>();
    int ok = 0;
    int recovered = 0;
    int forgotten = 0;
    for (Map.Entry<Long, VersionedOp.Outcome> entry : added.entrySet()) {
      boolean there = counts.containsKey(entry.getKey());
      switch (entry.getValue()) {
        case OK -> {
          ok += there ? 1 : 0;
          if (!there) {
            lost.add(entry.getKey());
          }
        }
        case UNKNOWN -> {
          recovered += there ? 1 : 0;
          forgotten += there ? 0 : 1;
        }
        case FAILED -> {
          if (there) {
            forged.add(entry.getKey());
          }
        }
      }
    }
    counts.forEach(
        (value, count) -> {
          if (count > 1) {
            duplicated.add(value);
          }
          if (!added.containsKey(value)) {
            forged.add(value);
          }
        });
    return new SetVerdict(ok, lost, recovered, forgotten, duplicated, forged);
  }

  @Override
  public String toString() {
    return ok
        + " ok, "
        + lost.size()
        + " lost, "
        + recovered
        + " recovered, "
        + forgotten
        + " forgotten, "
        + duplicated.size()
        + " duplicated, "
        + forged.size()
        + " forged";
  }
}
