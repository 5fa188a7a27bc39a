package io.holdfast.tablet.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The reading half of the memory engine. Changes nothing. */
final class MemoryReads {
  /** A traversal looks at no more keys at a time, however many of them have nothing to show. */
  private static final int KEYS_PER_PAGE = 10_000;

  private final Rows rows;

  MemoryReads(Rows rows) {
    this.rows = rows;
  }

  Optional<Entry> get(MemoryIndex index, byte[] key, TimeRange range, long nowMillis) {
    KeyEntry entry = range.isEmpty() ? null : index.find(key);
    if (entry == null) {
      return Optional.empty();
    }
    Entry[] newest = new Entry[1];
    entry.visitDown(
        Math.max(entry.lowerBound(range.low()), index.firstLive(entry, nowMillis)),
        entry.upperBound(range.high()),
        (ts, row) -> {
          newest[0] = new Entry(ts, rows.offset(row), rows.value(row));
          return false;
        });
    return Optional.ofNullable(newest[0]);
  }

  ScanResult scan(
      MemoryIndex index,
      byte[] key,
      TimeRange range,
      ScanSkip skip,
      boolean distinctTs,
      ReadLimits limits,
      long nowMillis) {
    KeyEntry entry = index.find(key);
    if (entry == null || range.isEmpty()) {
      return new ScanResult(List.of(), false);
    }
    ReadPage page = new ReadPage(limits, distinctTs, skip);
    int from = Math.max(entry.lowerBound(range.low()), index.firstLive(entry, nowMillis));
    entry.visitDown(
        from,
        entry.upperBound(range.high()),
        (ts, row) -> page.add(ts, rows.offset(row), rows.length(row), () -> rows.value(row)));
    return new ScanResult(page.entries(), page.isCut());
  }

  long count(MemoryIndex index, byte[] key, TimeRange range, boolean distinctTs, long nowMillis) {
    KeyEntry entry = index.find(key);
    if (entry == null || range.isEmpty()) {
      return 0;
    }
    int from = Math.max(entry.lowerBound(range.low()), index.firstLive(entry, nowMillis));
    int to = entry.upperBound(range.high());
    if (!distinctTs) {
      return Math.max(0, to - from);
    }
    long count = 0;
    while (to > from) {
      // One search per time instead of a look at each version.
      long[] ts = new long[1];
      entry.visitDown(
          to - 1,
          to,
          (time, row) -> {
            ts[0] = time;
            return false;
          });
      to = entry.lowerBound(ts[0]);
      count++;
    }
    return count;
  }

  TraverseResult traverse(
      MemoryIndex index,
      TraverseCursor after,
      boolean distinctTs,
      ReadLimits limits,
      long nowMillis) {
    List<TraverseResult.KeyedEntry> out = new ArrayList<>();
    ReadPage page = new ReadPage(limits, distinctTs, ScanSkip.NONE);
    KeyEntry entry = index.ceiling(after == null ? null : after.key());
    for (int keys = 0; entry != null; keys++) {
      if (keys == KEYS_PER_PAGE) {
        // Stands before this entry, so it goes on with all of its versions.
        return new TraverseResult(
            out, Optional.of(new TraverseCursor(entry.key(), Long.MAX_VALUE, 0)));
      }
      int first = page.entries().size();
      int to = entry.size();
      page.beginKey();
      if (after != null && keys == 0 && entry.hasKey(after.key())) {
        to = resumeAt(entry, after, distinctTs);
        page.resume(after);
      }
      entry.visitDown(
          index.firstLive(entry, nowMillis),
          to,
          (ts, row) -> page.add(ts, rows.offset(row), rows.length(row), () -> rows.value(row)));
      byte[] key = entry.key();
      for (Entry found : page.entries().subList(first, page.entries().size())) {
        out.add(new TraverseResult.KeyedEntry(key, found));
      }
      if (page.isCut()) {
        return new TraverseResult(out, Optional.of(page.cursor(key)));
      }
      entry = index.after(entry);
    }
    return new TraverseResult(out, Optional.empty());
  }

  /** The position below which a traversal goes on in the key it stopped in. */
  private int resumeAt(KeyEntry entry, TraverseCursor after, boolean distinctTs) {
    int above = entry.lowerBound(after.ts());
    if (distinctTs && after.seenAtTs() > 0) {
      return above;
    }
    if (after.beforeOffset() > 0) {
      int[] at = {entry.upperBound(after.ts())};
      entry.visitDown(
          above,
          at[0],
          (ts, row) -> {
            boolean isSeen = rows.offset(row) >= after.beforeOffset();
            at[0] -= isSeen ? 1 : 0;
            return isSeen;
          });
      return at[0];
    }
    // Some of this time may have gone since; then all that are left have been seen.
    return Math.max(above, entry.upperBound(after.ts()) - after.seenAtTs());
  }
}
