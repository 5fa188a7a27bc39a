package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.row.IndexDef;
import java.util.function.IntConsumer;

/** One index in memory: keys, their versions, and when these are too old. Single owner. */
final class MemoryIndex {
  private static final int KEY_OVERHEAD_BYTES = 64;
  private static final int ENTRY_OVERHEAD_BYTES = 16;

  private IndexDef definition;
  private TtlEras ages;
  private final KeyTable keys;
  private final Rows rows;
  private int epoch;
  private MemoryWalk walk;
  private long entries;
  private long keyBytes;
  private byte[] gcNext;

  /**
   * How many rounds of collection must still come to their end until every key has been judged by
   * the ages in force.
   */
  private int roundsDue;

  MemoryIndex(IndexDef definition, Arena arena, Rows rows) {
    this.definition = definition;
    this.ages = new TtlEras(definition.ttl());
    this.keys = new KeyTable(arena, new VersionBlocks(arena));
    this.rows = rows;
  }

  IndexDef definition() {
    return definition;
  }

  /** When versions are too old. */
  TtlEras ages() {
    return ages;
  }

  /**
   * Other ages from now on. Versions that are too old by them leave when their key is looked at
   * next.
   *
   * @param nowMillis the time of the record that says so
   */
  void change(TtlPolicy ttl, long nowMillis) {
    definition = definition.with(ttl);
    ages = ages.followedBy(ttl, nowMillis);
    // One that is under way has passed some keys already.
    roundsDue = gcNext == null ? 1 : 2;
  }

  /**
   * Has a walk told before keys change.
   *
   * @param walkEpoch its epoch, which keys have that are added from now on
   */
  void beginWalk(MemoryWalk newWalk, int walkEpoch) {
    walk = newWalk;
    epoch = walkEpoch;
  }

  /**
   * A state comes that was saved under the ages in force: what earlier ones found too old is not in
   * it, but what these do may be.
   */
  void begin() {
    ages = ages.settled();
    roundsDue = 1;
  }

  /** The entry of a key of a saved state; without versions when it is new. */
  KeyEntry load(byte[] key) {
    int before = keys.size();
    KeyEntry entry = keys.findOrAdd(key, epoch, ages.era());
    keyBytes += keys.size() > before ? key.length : 0;
    return entry;
  }

  /** Puts a version of a saved state in, as it was: what is too many is not judged again. */
  void restore(KeyEntry entry, long ts, int row) {
    rows.hold(row);
    entries++;
    entry.insert(ts, row);
  }

  private void beforeChange(KeyEntry entry) {
    if (walk != null) {
      walk.beforeChange(this, entry);
    }
  }

  long entryCount() {
    return entries;
  }

  int keyCount() {
    return keys.size();
  }

  long overheadBytes() {
    return keyBytes + (long) keys.size() * KEY_OVERHEAD_BYTES + entries * ENTRY_OVERHEAD_BYTES;
  }

  /** The entry of a key; null when there is none. */
  KeyEntry find(byte[] key) {
    return keys.find(key);
  }

  /** Adds the sizes, in bytes, of the pieces that one version more of a key may take at most. */
  void addSizes(byte[] key, IntArray sizes) {
    KeyEntry entry = keys.find(key);
    if (entry != null) {
      entry.addSizes(sizes);
    } else {
      keys.addSizes(key, sizes);
      sizes.add(VersionBlocks.bytes(1));
    }
  }

  /** The first entry at or behind a key, or the first of all for null. */
  KeyEntry ceiling(byte[] key) {
    return key == null ? keys.first() : keys.ceiling(key);
  }

  KeyEntry after(KeyEntry entry) {
    return keys.after(entry);
  }

  /** Puts a version as the newest of its time. */
  void put(byte[] key, long ts, int row) {
    add(key, ts, row, false);
  }

  /**
   * Puts a version that was there before the index: it is the oldest of its time. One that is too
   * old already leaves at once.
   */
  void fill(byte[] key, long ts, int row, long nowMillis) {
    add(key, ts, row, true);
    purge(key, nowMillis);
  }

  /** Frees the versions of a key that are too old. */
  void purge(byte[] key, long nowMillis) {
    KeyEntry entry = keys.find(key);
    if (entry != null) {
      entries -= purge(entry, nowMillis);
      if (entry.size() == 0) {
        drop(entry);
      }
    }
  }

  private void add(byte[] key, long ts, int row, boolean oldest) {
    int before = keys.size();
    KeyEntry entry = keys.findOrAdd(key, epoch, ages.era());
    keyBytes += keys.size() > before ? key.length : 0;
    beforeChange(entry);
    if (entry.era() != ages.era()) {
      // A version that is put now is not judged by ages that are over.
      int dead = ages.firstKept(entry);
      entries -= dead;
      entry.remove(0, dead, rows::release);
      entry.judgedIn(ages.era());
    }
    rows.hold(row);
    entries++;
    if (oldest) {
      entry.insertBefore(ts, row);
    } else {
      entry.insert(ts, row);
    }
    TtlPolicy ttl = definition.ttl();
    if (Expiry.countLimits(ttl) && entry.size() > ttl.maxVersions()) {
      // At once and not at the next collection: otherwise, after a delete, a version that one
      // replica has freed would be counted among the newest by another.
      remove(entry, 0, entry.size() - (int) ttl.maxVersions());
    }
  }

  /** Position of the oldest version of a key that is not too old. */
  int firstLive(VersionList list, long nowMillis) {
    return ages.firstLive(list, nowMillis);
  }

  /**
   * Removes the versions of a key in a range of times.
   *
   * @param nowMillis the deleting record's time
   * @param each told every row that is removed because of the range
   * @return how many that were
   */
  int delete(KeyEntry entry, TimeRange range, long nowMillis, IntConsumer each) {
    // Whether an entry is too old depends, where count and age work together, on how many newer
    // ones there are. What is too old now must not return because newer ones go.
    entries -= purge(entry, nowMillis);
    int from = range.isEmpty() ? 0 : entry.lowerBound(range.low());
    int to = range.isEmpty() ? 0 : entry.upperBound(range.high());
    entry.forEachRow(from, to, each);
    remove(entry, from, to);
    return to - from;
  }

  /**
   * Removes the version of a key that is this row, when it is there in a range of times.
   *
   * @param nowMillis the deleting record's time
   */
  void deleteRow(byte[] key, TimeRange range, int wanted, long nowMillis) {
    KeyEntry entry = keys.find(key);
    if (entry == null) {
      return;
    }
    // First, for the reason given above.
    entries -= purge(entry, nowMillis);
    int to = entry.upperBound(range.high());
    int from = entry.lowerBound(range.low());
    int[] at = {to};
    boolean[] found = {false};
    entry.visitDown(
        from,
        to,
        (time, row) -> {
          at[0]--;
          found[0] = row == wanted;
          return !found[0];
        });
    remove(entry, at[0], found[0] ? at[0] + 1 : at[0]);
  }

  private void remove(KeyEntry entry, int from, int to) {
    if (from < to) {
      beforeChange(entry);
      entries -= to - from;
      entry.remove(from, to, rows::release);
    }
    if (entry.size() == 0) {
      drop(entry);
    }
  }

  private void drop(KeyEntry entry) {
    keyBytes -= entry.keyLength();
    keys.remove(entry);
  }

  private int purge(KeyEntry entry, long nowMillis) {
    int dead = firstLive(entry, nowMillis);
    if (dead > 0) {
      beforeChange(entry);
      entry.remove(0, dead, rows::release);
    }
    entry.judgedIn(ages.era());
    return dead;
  }

  /**
   * Frees what is too old, from where the last call stopped.
   *
   * @param budget in and out: how many keys and entries may be looked at
   * @return how many entries were freed
   */
  long gc(long nowMillis, long[] budget) {
    if (definition.ttl().maxAgeMillis() == 0 && roundsDue == 0) {
      gcNext = null;
      return 0;
    }
    long removed = 0;
    KeyEntry entry = ceiling(gcNext);
    while (entry != null && budget[0] > 0) {
      KeyEntry next = keys.after(entry);
      int dead = purge(entry, nowMillis);
      budget[0] -= 1 + dead;
      removed += dead;
      if (entry.size() == 0) {
        drop(entry);
      }
      entry = next;
    }
    entries -= removed;
    gcNext = entry == null ? null : entry.key();
    if (entry == null && roundsDue > 0) {
      roundsDue--;
      ages = roundsDue == 0 ? ages.settled() : ages;
    }
    return removed;
  }

  /**
   * Frees everything, from where the last call stopped: the index is no more.
   *
   * @param budget in and out, as for {@link #gc}
   */
  void drain(long[] budget) {
    // Onwards only: to look for the first key each time would mean to pass all that have gone.
    KeyEntry entry = ceiling(gcNext);
    while (entry != null && budget[0] > 0) {
      int leaving = (int) Math.min(entry.size(), budget[0]);
      KeyEntry next = leaving == entry.size() ? keys.after(entry) : entry;
      budget[0] -= 1 + leaving;
      remove(entry, 0, leaving);
      entry = next;
    }
    gcNext = entry == null ? null : entry.key();
  }

  /** Gives back what an index without keys takes; it is not used any more. */
  void close() {
    keys.close();
  }

  /** Whether the last {@link #gc} came to the end of the keys. */
  boolean gcRoundDone() {
    return gcNext == null;
  }
}
