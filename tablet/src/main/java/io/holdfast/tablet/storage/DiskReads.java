package io.holdfast.tablet.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The reading half of the disk engine. Changes nothing and has no state. */
final class DiskReads {
  /** A traversal looks at no more keys at a time, however many of them have nothing to show. */
  private static final int KEYS_PER_PAGE = 1_000;

  private static final byte[] NOT_READ = {};

  private final DiskDatabase.View view;

  DiskReads(DiskDatabase.View view) {
    this.view = view;
  }

  Optional<Entry> get(DiskIndex index, byte[] key, TimeRange range, long nowMillis) {
    ReadLimits one = new ReadLimits(1, Integer.MAX_VALUE);
    return scan(index, key, range, ScanSkip.NONE, false, one, nowMillis).entries().stream()
        .findFirst();
  }

  ScanResult scan(
      DiskIndex index,
      byte[] key,
      TimeRange range,
      ScanSkip skip,
      boolean distinctTs,
      ReadLimits limits,
      long nowMillis) {
    ReadPage page = new ReadPage(limits, distinctTs, skip);
    List<DiskVersion> taken = new ArrayList<>();
    visitLive(index, key, range, nowMillis, version -> add(page, taken, version));
    return new ScanResult(entries(taken), page.isCut());
  }

  /** What the page takes is noted; the rows are read later, all in one go. */
  private static boolean add(ReadPage page, List<DiskVersion> taken, DiskVersion version) {
    return page.add(
        version.ts(),
        version.rowOffset(),
        version.rowBytes(),
        () -> {
          taken.add(version);
          return NOT_READ;
        });
  }

  private List<Entry> entries(List<DiskVersion> versions) {
    List<Entry> entries = new ArrayList<>(versions.size());
    List<byte[]> rows = view.rows(versions);
    for (int i = 0; i < versions.size(); i++) {
      DiskVersion version = versions.get(i);
      entries.add(new Entry(version.ts(), version.rowOffset(), rows.get(i)));
    }
    return entries;
  }

  /** Visits the versions of a key in a range of times that are not too old, the newest first. */
  void visitLive(
      DiskIndex index, byte[] key, TimeRange range, long nowMillis, DiskVersions.Visitor visitor) {
    if (key.length <= WriteOpCodec.MAX_KEY_BYTES) {
      visitLive(index, key, null, range, nowMillis, visitor);
    }
  }

  /**
   * As above.
   *
   * @param known the key's head, if it is known
   */
  private void visitLive(
      DiskIndex index,
      byte[] key,
      DiskHead known,
      TimeRange range,
      long nowMillis,
      DiskVersions.Visitor visitor) {
    TtlEras ages = index.ages();
    if (ages.judgeByTime()) {
      // The head need not be read: a key without versions has none.
      long low = Math.max(range.low(), ages.oldestLive(nowMillis));
      DiskVersions.fromNewest(
          view, index.position(), key, new TimeRange(low, range.high()), visitor);
      return;
    }
    DiskHead head = known == null ? index.head(key) : known;
    if (head == null || range.isEmpty()) {
      return;
    }
    DiskVersions versions = index.versions(key, head);
    int dead = ages.firstLive(versions, nowMillis);
    byte[] last = dead == 0 ? null : versions.oldestLive(dead);
    if (dead > 0 && last == null) {
      return;
    }
    versions.fromNewest(
        range,
        version ->
            (last == null || Arrays.compareUnsigned(version.key(), last) <= 0)
                && visitor.visit(version));
  }

  long count(DiskIndex index, byte[] key, TimeRange range, boolean distinctTs, long nowMillis) {
    if (!distinctTs && range.equals(TimeRange.ALL)) {
      DiskHead head = key.length > WriteOpCodec.MAX_KEY_BYTES ? null : index.head(key);
      return head == null
          ? 0
          : head.size() - index.ages().firstLive(index.versions(key, head), nowMillis);
    }
    long[] count = {0};
    long[] lastTs = {0};
    visitLive(
        index,
        key,
        range,
        nowMillis,
        version -> {
          long ts = version.ts();
          if (!distinctTs || count[0] == 0 || ts != lastTs[0]) {
            count[0]++;
            lastTs[0] = ts;
          }
          return true;
        });
    return count[0];
  }

  TraverseResult traverse(
      DiskIndex index,
      TraverseCursor after,
      boolean distinctTs,
      ReadLimits limits,
      long nowMillis) {
    List<TraverseResult.KeyedEntry> out = new ArrayList<>();
    ReadPage page = new ReadPage(limits, distinctTs, ScanSkip.NONE);
    byte[] heads = DiskKeys.heads(index.position());
    byte[] from = after == null ? heads : DiskKeys.head(index.position(), after.key());
    try (DiskDatabase.Cursor cursor = view.cursorBefore(DiskKeys.behind(heads))) {
      boolean there = cursor.seek(from);
      for (int keys = 0; there; keys++) {
        byte[] key = DiskKeys.keyOf(cursor.key());
        if (keys == KEYS_PER_PAGE) {
          // Stands before this key, so it goes on with all of its versions.
          return new TraverseResult(out, Optional.of(new TraverseCursor(key, Long.MAX_VALUE, 0)));
        }
        List<DiskVersion> taken = new ArrayList<>();
        page.beginKey();
        boolean goesOn = after != null && keys == 0 && Arrays.equals(after.key(), key);
        if (goesOn) {
          page.resume(after);
        }
        visitKey(
            index,
            key,
            DiskHead.decode(cursor.value()),
            goesOn ? after : null,
            distinctTs,
            page,
            taken,
            nowMillis);
        for (Entry found : entries(taken)) {
          out.add(new TraverseResult.KeyedEntry(key, found));
        }
        if (page.isCut()) {
          return new TraverseResult(out, Optional.of(page.cursor(key)));
        }
        there = cursor.next();
      }
    }
    return new TraverseResult(out, Optional.empty());
  }

  private void visitKey(
      DiskIndex index,
      byte[] key,
      DiskHead head,
      TraverseCursor after,
      boolean distinctTs,
      ReadPage page,
      List<DiskVersion> taken,
      long nowMillis) {
    if (after == null) {
      visitLive(index, key, head, TimeRange.ALL, nowMillis, version -> add(page, taken, version));
      return;
    }
    boolean isSeen = distinctTs && after.seenAtTs() > 0;
    if (isSeen && after.ts() == Long.MIN_VALUE) {
      return;
    }
    // Some of this time may have gone since; then all that are left have been seen.
    int[] seen = {after.seenAtTs()};
    visitLive(
        index,
        key,
        head,
        new TimeRange(Long.MIN_VALUE, isSeen ? after.ts() - 1 : after.ts()),
        nowMillis,
        version ->
            version.ts() == after.ts() && isSeen(after, version, seen)
                || add(page, taken, version));
  }

  private static boolean isSeen(TraverseCursor after, DiskVersion version, int[] seen) {
    return after.beforeOffset() > 0 ? version.rowOffset() >= after.beforeOffset() : seen[0]-- > 0;
  }
}
