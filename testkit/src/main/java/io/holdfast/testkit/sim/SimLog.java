package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.tablet.replication.TermHistory;
import java.util.ArrayList;
import java.util.List;

/** The records of a log behind some offset, by their offsets. */
final class SimLog {
  private final List<LogRecord> records = new ArrayList<>();
  private long base;
  private long baseTerm;

  SimLog copy() {
    SimLog copy = new SimLog();
    copy.records.addAll(records);
    copy.base = base;
    copy.baseTerm = baseTerm;
    return copy;
  }

  /** Offset before the first record. */
  long base() {
    return base;
  }

  long last() {
    return base + records.size();
  }

  long lastTerm() {
    return records.isEmpty() ? baseTerm : records.get(records.size() - 1).term();
  }

  LogRecord at(long offset) {
    return records.get(Math.toIntExact(offset - base) - 1);
  }

  /** Term of the record at an offset that is not below the base; 0 for 0. */
  long termAt(long offset) {
    return offset == base ? baseTerm : at(offset).term();
  }

  void add(LogRecord record) {
    records.add(record);
  }

  void addAll(List<LogRecord> more) {
    records.addAll(more);
  }

  /** Up to so many records from an offset on. */
  List<LogRecord> from(long offset, int most) {
    long end = Math.min(last(), offset + most - 1);
    return offset > end
        ? List.of()
        : List.copyOf(records.subList((int) (offset - base) - 1, (int) (end - base)));
  }

  void cutAfter(long offset) {
    if (offset < last()) {
      records.subList((int) Math.max(0, offset - base), records.size()).clear();
    }
  }

  /** Removes the records up to an offset. */
  void trimTo(long offset) {
    if (offset > base) {
      baseTerm = termAt(offset);
      records.subList(0, (int) (offset - base)).clear();
      base = offset;
    }
  }

  /** An empty log that goes on behind an offset. */
  void beginAnew(long offset, long term) {
    records.clear();
    base = offset;
    baseTerm = term;
  }

  TermHistory history() {
    List<TermHistory.Entry> entries = new ArrayList<>();
    for (LogRecord record : records) {
      if (entries.isEmpty() || entries.get(entries.size() - 1).term() != record.term()) {
        entries.add(new TermHistory.Entry(record.term(), record.offset()));
      }
    }
    return new TermHistory(entries, base, baseTerm, last());
  }

  /** What the records behind an offset take, roughly: they are all about as long. */
  long bytesAfter(long offset) {
    return 22 * (last() - Math.max(offset, base));
  }
}
