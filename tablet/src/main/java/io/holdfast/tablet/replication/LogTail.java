package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The newest records of a log in memory, in front of a reader for older ones. Records that the disk
 * has not confirmed are always here, since nobody could read them anywhere else.
 */
public final class LogTail {
  /** Reads records that the disk has confirmed. */
  @FunctionalInterface
  public interface Reader {
    /**
     * @param from first offset wanted
     * @param maxBytes payload bytes at most, but at least one record if there is one
     * @return consecutive records from {@code from} on; empty when there are none
     */
    List<LogRecord> read(long from, int maxBytes);
  }

  /** What a record takes besides its payload: without it, tiny records would be held for ever. */
  private static final int OVERHEAD_BYTES = 96;

  private final Reader older;
  private final LongSupplier maxBytes;
  private long lastOffset;
  private ArrayList<LogRecord> records = new ArrayList<>();
  private int head;
  private long bytes;

  /**
   * @param maxBytes how much is kept of what the disk has as well; asked anew each time
   * @param lastOffset end of the log that the reader reads
   */
  LogTail(Reader older, LongSupplier maxBytes, long lastOffset) {
    this.older = older;
    this.maxBytes = maxBytes;
    this.lastOffset = lastOffset;
  }

  void add(LogRecord record) {
    records.add(record);
    lastOffset = record.offset();
    bytes += sizeOf(record);
  }

  void truncateAfter(long offset) {
    lastOffset = Math.min(lastOffset, offset);
    while (records.size() > head && records.get(records.size() - 1).offset() > offset) {
      bytes -= sizeOf(records.remove(records.size() - 1));
    }
  }

  /** A snapshot took the place of all records; the next one follows it. */
  void resetTo(long offset) {
    records = new ArrayList<>();
    head = 0;
    bytes = 0;
    lastOffset = offset;
  }

  /**
   * Lets go of the oldest records that the disk has, as far as the tail is larger than it may be.
   */
  void trim(long durable) {
    long most = maxBytes.getAsLong();
    while (bytes > most && head < records.size() && records.get(head).offset() <= durable) {
      bytes -= sizeOf(records.get(head));
      records.set(head++, null);
    }
    if (head > 1024 && head > records.size() / 2) {
      records = new ArrayList<>(records.subList(head, records.size()));
      head = 0;
    }
  }

  private static int sizeOf(LogRecord record) {
    return OVERHEAD_BYTES + record.payload().length;
  }

  /** Consecutive records from an offset on, at least one if the log has it. */
  List<LogRecord> read(long from, int maxReadBytes) {
    if (head == records.size() || from < records.get(head).offset()) {
      return beforeTail(older.read(from, maxReadBytes));
    }
    int first = head + (int) (from - records.get(head).offset());
    long size = 0;
    int end = first;
    while (end < records.size()) {
      size += records.get(end).payload().length;
      if (size > maxReadBytes && end > first) {
        break;
      }
      end++;
    }
    return first >= records.size() ? List.of() : List.copyOf(records.subList(first, end));
  }

  /**
   * What of the reader's records is still the log. A truncation reaches the disk later than it
   * reaches this tail, so the reader may return records that were cut, and replaced here, since.
   */
  private List<LogRecord> beforeTail(List<LogRecord> read) {
    long end = head < records.size() ? records.get(head).offset() - 1 : lastOffset;
    int count = read.size();
    while (count > 0 && read.get(count - 1).offset() > end) {
      count--;
    }
    return read.subList(0, count);
  }
}
