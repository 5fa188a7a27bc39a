package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.TtlPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * When versions in an index are too old: by the ages in force, and by those before, as far as there
 * may be keys that were not looked at since. Immutable.
 *
 * <p>What was too old when its time came to an end stays so, or a longer age would bring back what
 * one replica has freed already and another has not. Looking at every key at that moment would hold
 * up the partition; so each key remembers by which ages it was judged last, and is judged by those
 * that it missed, each at the time of its end, before anything else is done with it. The versions
 * that an age finds too old are always the oldest ones, so it comes to the same.
 */
final class TtlEras {
  /**
   * Ages that are over.
   *
   * @param endMillis when, by the log's time
   */
  record Past(TtlPolicy ttl, long endMillis) {}

  private final TtlPolicy present;

  /** Number of the present era. */
  private final int era;

  /** Those just before it, the oldest first. */
  private final List<Past> past;

  TtlEras(TtlPolicy present) {
    this(present, 0, List.of());
  }

  /**
   * @param era number of the present ages
   * @param past those just before, the oldest first
   */
  TtlEras(TtlPolicy present, int era, List<Past> past) {
    this.present = present;
    this.era = era;
    this.past = past;
  }

  int era() {
    return era;
  }

  /** Those before, as far as there may be keys that were not looked at since. */
  List<Past> past() {
    return past;
  }

  /** Whether nothing but its own time says of a version whether it is too old. */
  boolean judgeByTime() {
    return past.isEmpty() && present.maxVersions() == 0;
  }

  /** Where only its time counts: the time below which a version is too old. */
  long oldestLive(long nowMillis) {
    boolean byAge =
        present.kind() == TtlPolicy.Kind.ABSOLUTE
            || present.kind() == TtlPolicy.Kind.ABSOLUTE_OR_LATEST;
    return byAge && present.maxAgeMillis() > 0 && nowMillis != StorageEngine.NO_EXPIRY
        ? nowMillis - present.maxAgeMillis()
        : Long.MIN_VALUE;
  }

  /** Other ages from a time in the log on. */
  TtlEras followedBy(TtlPolicy next, long logTimeMillis) {
    List<Past> longer = new ArrayList<>(past);
    longer.add(new Past(present, logTimeMillis));
    return new TtlEras(next, era + 1, List.copyOf(longer));
  }

  /** The same when every key has been judged since the last change. */
  TtlEras settled() {
    return new TtlEras(present, era, List.of());
  }

  /** Position of the oldest version of a key that is not too old. */
  int firstLive(VersionCounts list, long nowMillis) {
    return Math.max(Expiry.firstLive(present, list, nowMillis), firstKept(list));
  }

  /** Position of the oldest version that outlived the ages that the key has missed. */
  int firstKept(VersionCounts list) {
    int first = 0;
    if (list.era() != era) {
      int oldest = era - past.size();
      for (int i = Math.max(0, list.era() - oldest); i < past.size(); i++) {
        Past missed = past.get(i);
        first = Math.max(first, Expiry.firstLive(missed.ttl(), list, missed.endMillis()));
      }
    }
    return first;
  }
}
