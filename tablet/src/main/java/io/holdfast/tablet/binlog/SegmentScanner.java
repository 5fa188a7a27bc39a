package io.holdfast.tablet.binlog;

import io.holdfast.protocol.model.LogRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads segments from the first record to the last and checks every byte. One scanner goes through
 * all segments of a log in order and carries what the next record must fit to.
 */
final class SegmentScanner {
  private static final int TELL_BYTES = 1 << 20;

  private final List<TermStart> terms = new ArrayList<>();
  private long nextOffset;
  private long term;
  private int crc;
  private long maxDurableBefore;
  private final ScanListener listener;

  /**
   * What stopped a scan.
   *
   * @param position of the first byte that is not as it should be
   * @param intact whether the record there is undamaged and merely does not belong there, which no
   *     crash explains
   */
  record Stop(long position, String reason, boolean intact) {}

  /** Begins before the first record that a head announces. */
  SegmentScanner(SegmentFormat.Header first) {
    this(first, ScanListener.NONE);
  }

  /** As above, with somebody who wants to know how far it is. */
  SegmentScanner(SegmentFormat.Header first, ScanListener listener) {
    this.listener = listener;
    nextOffset = first.firstOffset();
    term = first.prevTerm();
    crc = first.prevCrc();
  }

  long lastOffset() {
    return nextOffset - 1;
  }

  long lastTerm() {
    return term;
  }

  int lastCrc() {
    return crc;
  }

  List<TermStart> terms() {
    return List.copyOf(terms);
  }

  /** Whether no record seen so far says that this offset had been fsynced when it was written. */
  boolean mayBeUnsynced(long offset) {
    return offset > maxDurableBefore;
  }

  /** Highest offset of which a record says that it had been fsynced when that was written. */
  long highestKnownDurable() {
    return maxDurableBefore;
  }

  /** Why a segment with this head cannot be the next one; empty when it can. */
  Optional<String> misfit(SegmentFormat.Header header) {
    if (header.firstOffset() != nextOffset) {
      return Optional.of(
          "segment begins at offset "
              + header.firstOffset()
              + ", but the one before ends at "
              + lastOffset());
    }
    if (header.prevCrc() != crc || header.prevTerm() != term) {
      return Optional.of("segment does not continue the one before: the chain is broken");
    }
    return Optional.empty();
  }

  /**
   * Goes through a segment, fills its index and sets its end.
   *
   * @return why it stopped before the end of the records; empty when all is well
   */
  Optional<Stop> scan(Segment segment) throws IOException {
    WindowReader reader = new WindowReader(segment.readChannel());
    long size = segment.fileBytes();
    long position = SegmentFormat.HEADER_BYTES;
    Optional<Stop> stop = Optional.empty();
    long toldPosition = 0;
    long toldOffset = nextOffset;
    while (position < size && stop.isEmpty()) {
      if (position - toldPosition >= TELL_BYTES) {
        listener.scanned(position - toldPosition, nextOffset - toldOffset);
        toldPosition = position;
        toldOffset = nextOffset;
      }
      if (isZeroLength(reader, position, size)) {
        stop = checkUnused(reader, position, size);
        break;
      }
      try {
        StoredRecord stored = reader.readRecord(position, size);
        stop = accept(stored, position);
        if (stop.isEmpty()) {
          segment.index().add(stored.record().offset(), position);
          position += stored.bytes();
        }
      } catch (DamagedRecordException e) {
        stop = Optional.of(new Stop(position, e.getMessage(), false));
      }
    }
    segment.endsAt(position);
    listener.scanned(size - toldPosition, nextOffset - toldOffset);
    return stop;
  }

  /** Whether no record begins there: the space is not used yet, or a record lost its head. */
  static boolean isZeroLength(WindowReader reader, long position, long size) throws IOException {
    int bytes = (int) Math.min(4, size - position);
    int at = reader.require(position, bytes);
    for (int i = 0; i < bytes; i++) {
      if (at < 0 || reader.buffer().get(at + i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Preallocated space is zero to its end; anything else there is a record that lost its head. */
  private static Optional<Stop> checkUnused(WindowReader reader, long position, long size)
      throws IOException {
    long stray = reader.firstNonZero(position, size);
    return stray < 0
        ? Optional.empty()
        : Optional.of(new Stop(position, "length is zero, but bytes follow at " + stray, false));
  }

  private Optional<Stop> accept(StoredRecord stored, long position) {
    LogRecord record = stored.record();
    String problem = null;
    if (record.offset() != nextOffset) {
      problem = "intact record has offset " + record.offset() + " where " + nextOffset + " belongs";
    } else if (stored.prevCrc() != crc) {
      problem = "intact record does not follow the one before: the chain is broken";
    } else if (record.term() < term) {
      problem = "term falls from " + term + " to " + record.term();
    }
    if (problem != null) {
      return Optional.of(new Stop(position, problem, true));
    }
    if (record.term() > term || terms.isEmpty()) {
      terms.add(new TermStart(record.term(), record.offset()));
    }
    nextOffset++;
    term = record.term();
    crc = stored.crc();
    maxDurableBefore = Math.max(maxDurableBefore, stored.durableBefore());
    return Optional.empty();
  }

  /**
   * Looks behind a damaged place for an intact record that was written after the damaged one had
   * been synced, so that a crash in the middle of the last write is not the explanation.
   *
   * @return position of such a record, -1 when there is none
   */
  long findProofOfSync(Segment segment, long damagedAt) throws IOException {
    WindowReader reader = new WindowReader(segment.readChannel());
    long size = segment.fileBytes();
    long highestOffset = nextOffset + (size - damagedAt) / RecordFormat.HEADER_BYTES + 1;
    long last = size - RecordFormat.HEADER_BYTES;
    for (long position = damagedAt + 1; position <= last; position++) {
      int at = reader.require(position, RecordFormat.HEADER_BYTES);
      int length = reader.buffer().getInt(at);
      if (!RecordFormat.isPlausibleLength(length)
          || position + RecordFormat.PREFIX_BYTES + length > size) {
        continue;
      }
      long offset = RecordFormat.peekOffset(reader.buffer(), at);
      if (offset < nextOffset || offset > highestOffset) {
        continue;
      }
      try {
        if (reader.readRecord(position, size).durableBefore() >= nextOffset) {
          return position;
        }
      } catch (DamagedRecordException e) {
        // Merely looked like one.
      }
    }
    return -1;
  }
}
