package io.holdfast.tablet.binlog;

import io.holdfast.protocol.model.LogRecord;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/** Reads a log while its owner appends, truncates or trims. Thread-safe and without locks. */
final class BinlogReader {
  private final Binlog binlog;

  BinlogReader(Binlog binlog) {
    this.binlog = binlog;
  }

  /** Where the record after an offset begins, and what that record must chain to. */
  record Place(long position, long term, int crc) {}

  List<LogRecord> read(long fromOffset, int maxBytes) throws IOException {
    List<LogRecord> out = new ArrayList<>();
    long changes = binlog.changesNow();
    long end = binlog.lastOffset();
    Segment[] segments = binlog.segmentsNow();
    int i = segmentOf(segments, fromOffset);
    if (i < 0 || fromOffset > end) {
      return out;
    }
    Collector collector = new Collector(out, fromOffset, end, maxBytes);
    try {
      while (i < segments.length && collector.collect(segments[i])) {
        i++;
      }
    } catch (DamagedRecordException e) {
      if (isUnchanged(changes, segments)) {
        throw new BinlogCorruptException(collector.damage(segments[i], e.getMessage()));
      }
    } catch (ClosedChannelException e) {
      // An interrupt also ends here and must be heard; a segment that was truncated or trimmed
      // away is no failure.
      if (Thread.currentThread().isInterrupted() || isUnchanged(changes, segments)) {
        throw e;
      }
    }
    return out;
  }

  private boolean isUnchanged(long changes, Segment[] segments) {
    return (changes & 1) == 0
        && changes == binlog.changesNow()
        && segments[0] == binlog.segmentsNow()[0];
  }

  private static int segmentOf(Segment[] segments, long offset) {
    int i = segments.length - 1;
    while (i >= 0 && segments[i].firstOffset() > offset) {
      i--;
    }
    return i;
  }

  /** For the owner: finds where to cut so that this offset is the last one left. */
  Place placeAfter(Segment segment, long offset) throws IOException {
    SegmentFormat.Header header = segment.header();
    if (offset < header.firstOffset()) {
      return new Place(SegmentFormat.HEADER_BYTES, header.prevTerm(), header.prevCrc());
    }
    Collector collector = new Collector(new ArrayList<>(), offset, offset, 1);
    try {
      collector.collect(segment);
    } catch (DamagedRecordException e) {
      throw new BinlogCorruptException(collector.damage(segment, e.getMessage()));
    }
    StoredRecord last = collector.last;
    return new Place(collector.position, last.record().term(), last.crc());
  }

  /** Gathers the records [from, end] over one segment after the other. For one thread. */
  private static final class Collector {
    private final List<LogRecord> out;
    private final long from;
    private final long end;
    private final int maxBytes;
    private long bytes;
    private long position;
    private StoredRecord last;

    Collector(List<LogRecord> out, long from, long end, int maxBytes) {
      this.out = out;
      this.from = from;
      this.end = end;
      this.maxBytes = maxBytes;
    }

    /** Returns whether the next segment is wanted. */
    boolean collect(Segment segment) throws IOException, DamagedRecordException {
      WindowReader reader = new WindowReader(segment.readChannel());
      long limit = segment.endPosition();
      position =
          last == null
              ? segment.index().positionAtOrBefore(from, SegmentFormat.HEADER_BYTES)
              : SegmentFormat.HEADER_BYTES;
      while (position < limit) {
        StoredRecord stored = reader.readRecord(position, limit);
        long offset = stored.record().offset();
        checkChain(stored);
        if (offset >= from && !take(stored)) {
          return false;
        }
        last = stored;
        position += stored.bytes();
        if (offset == end) {
          return false;
        }
      }
      return true;
    }

    private boolean take(StoredRecord stored) {
      bytes += stored.bytes();
      if (bytes > maxBytes && !out.isEmpty()) {
        return false;
      }
      out.add(stored.record());
      return true;
    }

    private void checkChain(StoredRecord stored) throws DamagedRecordException {
      long offset = stored.record().offset();
      if (last == null ? offset > from : offset != last.record().offset() + 1) {
        throw new DamagedRecordException("record has offset " + offset + " where another belongs");
      }
      if (last != null && stored.prevCrc() != last.crc()) {
        throw new DamagedRecordException("record does not follow the one before");
      }
    }

    BinlogDamage damage(Segment segment, String reason) {
      long offset = last == null ? from : last.record().offset() + 1;
      return new BinlogDamage(segment.file().getFileName().toString(), position, offset, reason);
    }
  }
}
