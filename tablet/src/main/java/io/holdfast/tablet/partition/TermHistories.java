package io.holdfast.tablet.partition;

import io.holdfast.tablet.binlog.TermStart;
import io.holdfast.tablet.replication.TermHistory;
import java.util.List;

/** What a log's files say about its terms, in the words of replication. Stateless. */
public final class TermHistories {
  private TermHistories() {}

  /**
   * The history of a log.
   *
   * @param terms of its records, ascending
   * @param firstOffset of its first record, or of the next one when it has none
   * @param prevTerm of the record before; 0 when there was none
   * @param lastOffset of its last record
   */
  public static TermHistory of(
      List<TermStart> terms, long firstOffset, long prevTerm, long lastOffset) {
    return new TermHistory(
        terms.stream().map(term -> new TermHistory.Entry(term.term(), term.startOffset())).toList(),
        firstOffset - 1,
        prevTerm,
        lastOffset);
  }
}
