package io.holdfast.tablet.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Gathers entries up to the limits of a read. */
final class ReadPage {
  private final List<Entry> entries = new ArrayList<>();
  private final ReadLimits limits;
  private final boolean distinctTs;
  private final ScanSkip skip;
  private int toSkip;
  private long bytes;
  private boolean cut;

  /** Whether {@link #lastTs} and {@link #seenAtTs} are of the current key. */
  private boolean any;

  private long lastTs;
  private int seenAtTs;

  ReadPage(ReadLimits limits, boolean distinctTs, ScanSkip skip) {
    this.limits = limits;
    this.distinctTs = distinctTs;
    this.skip = skip;
    this.toSkip = skip.count();
  }

  List<Entry> entries() {
    return entries;
  }

  /** Whether a limit ended it. */
  boolean isCut() {
    return cut;
  }

  void beginKey() {
    any = false;
    lastTs = Long.MAX_VALUE;
    seenAtTs = 0;
  }

  void resume(TraverseCursor after) {
    any = true;
    lastTs = after.ts();
    seenAtTs = after.seenAtTs();
  }

  /**
   * Takes an entry, unless it is to be passed over.
   *
   * @param length of its row
   * @param value the row, asked for if it is taken
   * @return whether there is room for more
   */
  boolean add(long ts, long offset, int length, Supplier<byte[]> value) {
    boolean sameTs = any && ts == lastTs;
    if (sameTs && distinctTs && seenAtTs > 0) {
      return true;
    }
    if (!skip.range().contains(ts)) {
      toSkip = 0;
    }
    if (toSkip == 0 && isFullFor(length)) {
      cut = true;
      return false;
    }
    seenAtTs = sameTs ? seenAtTs + 1 : 1;
    lastTs = ts;
    any = true;
    if (toSkip > 0) {
      toSkip--;
      return true;
    }
    entries.add(new Entry(ts, offset, value.get()));
    bytes += length;
    return true;
  }

  private boolean isFullFor(int length) {
    return !entries.isEmpty()
        && (entries.size() == limits.maxRows() || bytes + length > limits.maxBytes());
  }

  /** Behind what has been returned of this key. */
  TraverseCursor cursor(byte[] key) {
    return new TraverseCursor(key, lastTs, seenAtTs);
  }
}
