package io.holdfast.tablet.replication;

/**
 * What a partition remembers of one session: the answers of the last {@link SessionLimits#WINDOW}
 * numbers up to the highest one. Room is taken as it is needed, since most sessions write little.
 */
final class SessionEntry {
  private static final int SMALLEST = 4;

  final long high;
  final long low;

  /** What was forgotten up to here when the entry was made: it knows all of the session since. */
  final long completeFrom;

  long lastOffset;
  long lastMillis;

  // Links of SessionTable: the same bucket, and the order of the last write.
  SessionEntry nextInBucket;
  SessionEntry older;
  SessionEntry newer;

  private long maxSeq;

  /** Answers by the low bits of their number; 0 where there is none. */
  private long[] answers = new long[SMALLEST];

  SessionEntry(long high, long low, long completeFrom) {
    this.high = high;
    this.low = low;
    this.completeFrom = completeFrom;
  }

  long maxSeq() {
    return maxSeq;
  }

  boolean isBelowWindow(long seq) {
    return seq <= maxSeq - SessionLimits.WINDOW;
  }

  /** The answer of a write; 0 when it is not known. */
  long answerOf(long seq) {
    boolean covered = seq <= maxSeq && seq > maxSeq - answers.length;
    return covered ? answers[slot(seq)] : 0;
  }

  /**
   * Remembers an answer.
   *
   * @param seq not below the window, and not known yet
   */
  void put(long seq, long answer) {
    long newMax = Math.max(maxSeq, seq);
    while (answers.length < SessionLimits.WINDOW && !covers(answers.length, newMax, seq)) {
      grow();
    }
    if (newMax > maxSeq) {
      // The numbers in between are not known, and what stood in their places is below the window.
      long cleared = Math.min(newMax - maxSeq, answers.length);
      for (long s = newMax - cleared + 1; s <= newMax; s++) {
        answers[slot(s)] = 0;
      }
      maxSeq = newMax;
    }
    answers[slot(seq)] = answer;
  }

  /** Whether this many places hold a new number and all the known ones that stay in the window. */
  private boolean covers(int places, long newMax, long seq) {
    if (seq <= newMax - places) {
      return false;
    }
    long lowest = Math.max(1, newMax - SessionLimits.WINDOW + 1);
    for (long s = lowest; s <= newMax - places; s++) {
      if (answerOf(s) != 0) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    long[] old = answers;
    answers = new long[old.length * 2];
    for (long seq = Math.max(1, maxSeq - old.length + 1); seq <= maxSeq; seq++) {
      answers[slot(seq)] = old[(int) (seq & (old.length - 1))];
    }
  }

  private int slot(long seq) {
    return (int) (seq & (answers.length - 1));
  }
}
