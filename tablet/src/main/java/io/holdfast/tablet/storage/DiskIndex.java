package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.row.IndexDef;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * One index on disk: keys, their versions, and when these are too old. Single owner.
 *
 * <p>A version's order among those of its time is the offset of the record that put it; what was
 * filled in behind others has the negative of its record's offset. So a later put is the newer, and
 * a later fill the older.
 */
final class DiskIndex {
  private final DiskDatabase.View view;
  private final DiskChanges changes;
  private IndexDef definition;
  private TtlEras ages;
  private long entries;
  private long keys;
  private long keyBytes;
  private byte[] gcNext;
  private int roundsDue;

  DiskIndex(IndexDef definition, DiskDatabase.View view, DiskChanges changes) {
    this.definition = definition;
    this.view = view;
    this.changes = changes;
    this.ages = new TtlEras(definition.ttl());
  }

  /** What a checkpoint is to have of it. Collection begins at the first key again. */
  DiskCheckpoint.Index saved() {
    return new DiskCheckpoint.Index(ages.era(), ages.past(), entries, keys, keyBytes, roundsDue);
  }

  void restore(DiskCheckpoint.Index saved) {
    ages = new TtlEras(definition.ttl(), saved.era(), saved.past());
    entries = saved.entries();
    keys = saved.keys();
    keyBytes = saved.keyBytes();
    roundsDue = saved.roundsDue();
  }

  /** One more key of a saved state, and how many versions it has. */
  void loaded(byte[] key, DiskHead head) {
    store(key, head);
    keys++;
    keyBytes += key.length;
    entries += head.size();
  }

  IndexDef definition() {
    return definition;
  }

  int position() {
    return definition.position();
  }

  /** When versions are too old. */
  TtlEras ages() {
    return ages;
  }

  /** See {@link MemoryIndex#change}. */
  void change(TtlPolicy ttl, long nowMillis) {
    definition = definition.with(ttl);
    ages = ages.followedBy(ttl, nowMillis);
    roundsDue = gcNext == null ? 1 : 2;
  }

  /** See {@link MemoryIndex#begin}. */
  void begin() {
    ages = ages.settled();
    roundsDue = 1;
  }

  long entryCount() {
    return entries;
  }

  long keyCount() {
    return keys;
  }

  long keyBytes() {
    return keyBytes;
  }

  /** Null when the key is not there. */
  DiskHead head(byte[] key) {
    return view.head(position(), key);
  }

  DiskVersions versions(byte[] key, DiskHead head) {
    return new DiskVersions(view, position(), key, head);
  }

  // ---- puts

  /** Puts a version as the newest of its time. */
  void put(byte[] key, long ts, long offset, long rowOffset, int rowBytes) {
    add(key, ts, offset, rowOffset, rowBytes);
  }

  /** See {@link MemoryIndex#fill}. */
  void fill(byte[] key, long ts, long offset, long rowOffset, int rowBytes, long nowMillis) {
    add(key, ts, -offset, rowOffset, rowBytes);
    changes.write();
    purge(key, nowMillis);
  }

  private void add(byte[] key, long ts, long order, long rowOffset, int rowBytes) {
    DiskHead head = head(key);
    if (head == null) {
      keys++;
      keyBytes += key.length;
    } else if (head.era() != ages.era()) {
      // A version that is put now is not judged by ages that are over.
      head = removeOldest(key, head, ages.firstKept(versions(key, head)), null);
      changes.write();
    }
    if (head == null) {
      head = new DiskHead(0, ages.era(), ts);
    }
    byte[] versionKey = DiskKeys.version(position(), key, ts, order);
    DiskVersion added = new DiskVersion(versionKey, rowOffset, rowBytes);
    changes.refer(rowOffset, rowBytes);
    changes.put(versionKey, added.encode());
    entries++;
    TtlPolicy ttl = definition.ttl();
    if (Expiry.countLimits(ttl) && head.size() + 1 > ttl.maxVersions()) {
      int tooMany = head.size() + 1 - (int) ttl.maxVersions();
      store(key, removeOldest(key, head, tooMany, added));
    } else {
      store(key, new DiskHead(head.size() + 1, ages.era(), Math.min(head.oldestTs(), added.ts())));
    }
  }

  private void store(byte[] key, DiskHead head) {
    if (head == null) {
      changes.delete(DiskKeys.head(position(), key));
      keys--;
      keyBytes -= key.length;
    } else {
      changes.put(DiskKeys.head(position(), key), head.encode());
    }
  }

  /**
   * Removes the oldest versions of a key.
   *
   * @param head of the versions that are in the database
   * @param count how many to remove
   * @param added one more that has been gathered and not been written; or null
   * @return the head that is to be stored; null when nothing is left
   */
  private DiskHead removeOldest(byte[] key, DiskHead head, int count, DiskVersion added) {
    int total = head.size() + (added == null ? 0 : 1);
    if (count == 0) {
      return new DiskHead(total, ages.era(), head.oldestTs());
    }
    DiskVersion[] waiting = {added};
    int[] left = {count};
    long[] oldest = {0};
    versions(key, head)
        .fromOldest(
            version -> {
              if (waiting[0] != null && isOlder(waiting[0], version)) {
                oldest[0] = waiting[0].ts();
                if (left[0] == 0) {
                  return false;
                }
                remove(waiting[0]);
                waiting[0] = null;
                left[0]--;
              }
              oldest[0] = version.ts();
              if (left[0] == 0) {
                return false;
              }
              remove(version);
              left[0]--;
              return true;
            });
    if (count >= total) {
      if (left[0] > 0 && waiting[0] != null) {
        remove(waiting[0]);
      }
      return null;
    }
    if (left[0] == 0 && waiting[0] != null && count == head.size()) {
      oldest[0] = waiting[0].ts();
    }
    return new DiskHead(total - count, ages.era(), oldest[0]);
  }

  private static boolean isOlder(DiskVersion version, DiskVersion than) {
    return Arrays.compareUnsigned(version.key(), than.key()) > 0;
  }

  private void remove(DiskVersion version) {
    changes.delete(version.key());
    changes.release(version.rowOffset(), version.rowBytes());
    entries--;
    boolean unused = changes.writeIfMuch();
  }

  // ---- deletes

  /** Frees the versions of a key that are too old, and writes that. */
  void purge(byte[] key, long nowMillis) {
    DiskHead head = head(key);
    if (head != null) {
      DiskHead unused = purge(key, head, nowMillis);
    }
  }

  /** Returns the head that is there then; null when nothing is. */
  private DiskHead purge(byte[] key, DiskHead head, long nowMillis) {
    int dead = ages.firstLive(versions(key, head), nowMillis);
    if (dead == 0 && head.era() == ages.era()) {
      return head;
    }
    DiskHead next = removeOldest(key, head, dead, null);
    store(key, next);
    changes.write();
    return next;
  }

  /**
   * See {@link MemoryIndex#delete}.
   *
   * @param each told the offset of every row that is removed because of the range
   */
  int delete(byte[] key, TimeRange range, long nowMillis, Consumer<DiskVersion> each) {
    DiskHead head = head(key);
    head = head == null ? null : purge(key, head, nowMillis);
    if (head == null) {
      return 0;
    }
    int[] removed = {0};
    versions(key, head)
        .fromNewest(
            range,
            version -> {
              each.accept(version);
              remove(version);
              removed[0]++;
              return true;
            });
    shrink(key, head, removed[0]);
    return removed[0];
  }

  /** See {@link MemoryIndex#deleteRow}. */
  void deleteRow(byte[] key, TimeRange range, long rowOffset, long nowMillis) {
    DiskHead head = head(key);
    head = head == null ? null : purge(key, head, nowMillis);
    if (head == null) {
      return;
    }
    int[] removed = {0};
    versions(key, head)
        .fromNewest(
            range,
            version -> {
              if (version.rowOffset() != rowOffset) {
                return true;
              }
              remove(version);
              removed[0]++;
              return false;
            });
    shrink(key, head, removed[0]);
  }

  private void shrink(byte[] key, DiskHead head, int removed) {
    changes.write();
    if (removed == 0) {
      return;
    }
    if (removed == head.size()) {
      store(key, null);
    } else {
      long[] oldest = {0};
      versions(key, head)
          .fromOldest(
              version -> {
                oldest[0] = version.ts();
                return false;
              });
      store(key, new DiskHead(head.size() - removed, head.era(), oldest[0]));
    }
    changes.write();
  }

  /** The first key at or behind one, or the first of all for null; null when there is none. */
  byte[] ceiling(byte[] key) {
    byte[] heads = DiskKeys.heads(position());
    try (DiskDatabase.Cursor cursor = view.cursorBefore(DiskKeys.behind(heads))) {
      return cursor.seek(key == null ? heads : DiskKeys.head(position(), key))
          ? DiskKeys.keyOf(cursor.key())
          : null;
    }
  }

  /** The first key behind one; null when there is none. */
  byte[] after(byte[] key) {
    byte[] heads = DiskKeys.heads(position());
    byte[] head = DiskKeys.head(position(), key);
    try (DiskDatabase.Cursor cursor = view.cursorBefore(DiskKeys.behind(heads))) {
      return cursor.seek(Arrays.copyOf(head, head.length + 1))
          ? DiskKeys.keyOf(cursor.key())
          : null;
    }
  }

  // ---- collection

  /**
   * Frees what is too old, from where the last call stopped, and writes that.
   *
   * @param budget in and out: how many keys and entries may be looked at
   * @return how many entries were freed
   */
  long gc(long nowMillis, long[] budget) {
    if (definition.ttl().maxAgeMillis() == 0 && roundsDue == 0) {
      gcNext = null;
      return 0;
    }
    long before = entries;
    byte[] heads = DiskKeys.heads(position());
    byte[] next = null;
    try (DiskDatabase.Cursor cursor = view.cursorBefore(DiskKeys.behind(heads))) {
      boolean there = cursor.seek(gcNext == null ? heads : DiskKeys.head(position(), gcNext));
      while (there) {
        byte[] key = DiskKeys.keyOf(cursor.key());
        if (budget[0] <= 0) {
          next = key;
          break;
        }
        DiskHead head = DiskHead.decode(cursor.value());
        int most = (int) Math.min(head.size(), budget[0]);
        DiskVersions versions = new DiskVersions(view, position(), key, head, most);
        int dead = Math.min(most, ages.firstLive(versions, nowMillis));
        budget[0] -= 1 + dead;
        boolean isPart = dead == most && dead < head.size();
        if (isPart) {
          // More of it may be too old: it goes on here.
          DiskHead rest = removeOldest(key, head, dead, null);
          store(key, new DiskHead(rest.size(), head.era(), rest.oldestTs()));
          next = key;
          break;
        }
        if (dead > 0 || head.era() != ages.era()) {
          store(key, removeOldest(key, head, dead, null));
        }
        boolean unused = changes.writeIfMuch();
        there = cursor.next();
      }
    }
    changes.write();
    gcNext = next;
    if (next == null && roundsDue > 0) {
      roundsDue--;
      ages = roundsDue == 0 ? ages.settled() : ages;
    }
    return before - entries;
  }

  /** Whether the last {@link #gc} came to the end of the keys. */
  boolean gcRoundDone() {
    return gcNext == null;
  }

  /**
   * Frees everything, from where the last call stopped: the index is no more.
   *
   * @param budget in and out, as for {@link #gc}
   * @return whether nothing is left
   */
  boolean drain(long[] budget) {
    boolean there = drain(DiskKeys.versions(position()), budget);
    there = there || drain(DiskKeys.heads(position()), budget);
    changes.write();
    if (!there) {
      entries = 0;
      keys = 0;
      keyBytes = 0;
    }
    return !there;
  }

  private boolean drain(byte[] prefix, long[] budget) {
    boolean isVersions = Arrays.equals(prefix, DiskKeys.versions(position()));
    try (DiskDatabase.Cursor cursor = view.cursorBefore(DiskKeys.behind(prefix))) {
      boolean there = cursor.seek(prefix);
      while (there && budget[0] > 0) {
        budget[0]--;
        if (isVersions) {
          remove(cursor.version());
        } else {
          changes.delete(cursor.key());
          boolean unused = changes.writeIfMuch();
        }
        there = cursor.next();
      }
      return there;
    }
  }
}
