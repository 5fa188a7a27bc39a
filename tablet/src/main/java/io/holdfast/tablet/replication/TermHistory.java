package io.holdfast.tablet.replication;

import java.util.ArrayList;
import java.util.List;

/**
 * Which term wrote which offsets of a log. Two replicas whose records have the same term at an
 * offset have the same log up to there, so this is all that is needed to find where they part.
 */
public final class TermHistory {
  /**
   * A run of records of one term.
   *
   * @param term the term
   * @param start offset of its first record
   */
  public record Entry(long term, long start) {}

  private final List<Entry> entries = new ArrayList<>();
  private long baseOffset;
  private long baseTerm;
  private long lastOffset;

  /**
   * The history of a log that was read from disk.
   *
   * @param entries in ascending order of both numbers
   * @param lastOffset end of the log; 0 when empty
   */
  public TermHistory(List<Entry> entries, long lastOffset) {
    this(entries, 0, 0, lastOffset);
  }

  /**
   * The history of a log whose beginning was replaced by a snapshot.
   *
   * @param entries of the records that are left, in ascending order of both numbers
   * @param baseOffset offset of the record before the first that is left
   * @param baseTerm its term; 0 when it is 0
   * @param lastOffset end of the log; {@code baseOffset} when nothing is left
   */
  public TermHistory(List<Entry> entries, long baseOffset, long baseTerm, long lastOffset) {
    this.entries.addAll(entries);
    this.baseOffset = baseOffset;
    this.baseTerm = baseTerm;
    this.lastOffset = lastOffset;
  }

  /** Offset before the first record that is known; 0 when all are. */
  public long baseOffset() {
    return baseOffset;
  }

  /** Term of the record at {@link #baseOffset}; 0 when that is 0. */
  public long baseTerm() {
    return baseTerm;
  }

  /** Offset of the newest record; 0 when there is none. */
  public long lastOffset() {
    return lastOffset;
  }

  /** Term of the newest record; 0 when there is none. */
  public long lastTerm() {
    return entries.isEmpty() ? baseTerm : entries.get(entries.size() - 1).term();
  }

  /** Notes one more record at the end. */
  void append(long term, long offset) {
    if (offset != lastOffset + 1 || term < lastTerm()) {
      throw new IllegalStateException(
          "record " + term + ":" + offset + " after " + lastTerm() + ":" + lastOffset);
    }
    if (term != lastTerm() || entries.isEmpty()) {
      entries.add(new Entry(term, offset));
    }
    lastOffset = offset;
  }

  /** Forgets every record after this offset. */
  void truncateAfter(long offset) {
    if (offset >= lastOffset) {
      return;
    }
    while (!entries.isEmpty() && entries.get(entries.size() - 1).start() > offset) {
      entries.remove(entries.size() - 1);
    }
    lastOffset = offset;
  }

  /** A snapshot took the place of all records; the next one follows it. */
  void resetTo(long offset, long term) {
    entries.clear();
    baseOffset = offset;
    baseTerm = term;
    lastOffset = offset;
  }

  /** The history as it is now. */
  public TermHistory copy() {
    return new TermHistory(entries, baseOffset, baseTerm, lastOffset);
  }

  /** Whether the log has this record, or begins right behind it. */
  public boolean continues(long term, long offset) {
    return offset >= baseOffset && offset <= lastOffset && termAt(offset) == term;
  }

  /**
   * Term of the record at an offset; 0 for offset 0, for offsets past the end, and for those that a
   * snapshot replaced, except the last of them.
   */
  public long termAt(long offset) {
    if (offset == baseOffset) {
      return baseTerm;
    }
    if (offset < baseOffset || offset > lastOffset) {
      return 0;
    }
    return entries.get(indexOf(offset)).term();
  }

  /** Offset of the first record with the same term as the record at this offset. */
  public long startOfTermAt(long offset) {
    return offset <= baseOffset || offset > lastOffset ? 0 : entries.get(indexOf(offset)).start();
  }

  /**
   * The highest term, not above the given one, that has records here, or the last one that a
   * snapshot replaced; 0 when none has.
   */
  public long highestTermUpTo(long term) {
    int index = entries.size() - 1;
    while (index >= 0 && entries.get(index).term() > term) {
      index--;
    }
    return index >= 0 ? entries.get(index).term() : baseTerm <= term ? baseTerm : 0;
  }

  /**
   * Offset of the last record whose term is not above the given one; 0 when there is none, or when
   * a snapshot replaced it and others after it.
   */
  public long endOfTermsUpTo(long term) {
    int index = entries.size() - 1;
    while (index >= 0 && entries.get(index).term() > term) {
      index--;
    }
    if (index < 0 && (baseTerm > term || baseOffset == 0)) {
      return 0;
    }
    return index == entries.size() - 1 ? lastOffset : entries.get(index + 1).start() - 1;
  }

  /** Whether any record has this term. */
  public boolean hasTerm(long term) {
    return highestTermUpTo(term) == term && term > 0;
  }

  private int indexOf(long offset) {
    // Recent offsets are asked for far more often than old ones.
    int index = entries.size() - 1;
    while (entries.get(index).start() > offset) {
      index--;
    }
    return index;
  }
}
