package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.LogRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The log of one replica: a directory of segments.
 *
 * <p>One owner at a time calls the methods that change it; {@link BinlogWriter} is that owner in a
 * tablet. {@link #read}, {@link #firstOffset} and {@link #lastOffset} may be called from any thread
 * meanwhile: a read that meets a truncation may come back short, but every record it returns was in
 * the log with an intact checksum and follows the one before it.
 *
 * <p>After the first {@link IOException} of a changing method, except {@link NoSpaceException}, the
 * log is dead: every later change fails with the same exception. A failed fsync must not be
 * repeated, because the kernel may have dropped the pages and would call them clean; the log on
 * disk is then judged anew by opening it.
 */
public final class Binlog implements Closeable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path directory;
  private final SegmentFormat.Identity identity;
  private final BinlogSettings settings;
  private final BinlogReader reader;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /** Replaced as a whole, never changed, so that readers need no lock. */
  private volatile Segment[] segments;

  /** Odd while a truncation is going on; a reader that saw it change distrusts what it found. */
  private volatile long changes;

  private volatile long lastOffset;
  private volatile IOException failure;
  private volatile boolean leavesSyncing;
  private long syncedOffset;
  private long lastTerm;
  private int lastCrc;

  Binlog(
      Path directory,
      SegmentFormat.Identity identity,
      BinlogSettings settings,
      List<Segment> segments,
      long lastOffset,
      long lastTerm,
      int lastCrc) {
    this.directory = directory;
    this.identity = identity;
    this.settings = settings;
    this.segments = segments.toArray(new Segment[0]);
    this.lastOffset = lastOffset;
    this.lastTerm = lastTerm;
    this.lastCrc = lastCrc;
    this.reader = new BinlogReader(this);
  }

  /**
   * Makes an empty log whose first record will have offset 1.
   *
   * @throws IOException also when the directory already holds a log
   */
  public static Binlog create(Path directory, UUID uid, int tid, int pid, BinlogSettings settings)
      throws IOException {
    return create(directory, uid, tid, pid, settings, 1, 0);
  }

  /**
   * Makes an empty log that continues a snapshot.
   *
   * @param firstOffset the offset after the snapshot's
   * @param prevTerm the term of the snapshot's last record; 0 when firstOffset is 1
   */
  public static Binlog create(
      Path directory,
      UUID uid,
      int tid,
      int pid,
      BinlogSettings settings,
      long firstOffset,
      long prevTerm)
      throws IOException {
    if (firstOffset < 1 || prevTerm < 0) {
      throw new IllegalArgumentException("first offset " + firstOffset + ", term " + prevTerm);
    }
    DurableFiles.createDirectories(directory);
    try (var files = Files.list(directory)) {
      if (files.anyMatch(file -> SegmentFormat.firstOffsetOf(file) >= 0)) {
        throw new IOException(directory + " already holds a log");
      }
    }
    SegmentFormat.Identity identity = new SegmentFormat.Identity(uid, tid, pid);
    Segment first =
        Segment.create(
            directory,
            new SegmentFormat.Header(identity, firstOffset, prevTerm, 0),
            settings.files());
    return new Binlog(directory, identity, settings, List.of(first), firstOffset - 1, prevTerm, 0);
  }

  /**
   * Reads and checks a whole log; cuts a torn tail off, and changes nothing else. What the result
   * reports is on disk.
   *
   * @throws IOException when the directory cannot be read or a torn tail cannot be cut; a damaged
   *     log is not an exception but {@link OpenResult.Status#CORRUPT}
   */
  public static OpenResult open(Path directory, UUID uid, int tid, int pid, BinlogSettings settings)
      throws IOException {
    return open(directory, uid, tid, pid, settings, ScanListener.NONE);
  }

  /** As above, with somebody who wants to know how far the reading is. */
  public static OpenResult open(
      Path directory, UUID uid, int tid, int pid, BinlogSettings settings, ScanListener listener)
      throws IOException {
    SegmentFormat.Identity identity = new SegmentFormat.Identity(uid, tid, pid);
    return new BinlogOpener(directory, identity, settings, listener).open();
  }

  /**
   * Opens a log as {@link #open} does, but a damaged one, too: what is damaged is set aside.
   *
   * <p>To be called only after it was made durable that this replica may have lost records.
   */
  public static OpenResult salvage(
      Path directory, UUID uid, int tid, int pid, BinlogSettings settings) throws IOException {
    SegmentFormat.Identity identity = new SegmentFormat.Identity(uid, tid, pid);
    return new BinlogOpener(directory, identity, settings, ScanListener.NONE).salvage();
  }

  /** Smallest offset the log can hold: 1, or more once {@link #trimBefore} removed segments. */
  public long firstOffset() {
    return segments[0].firstOffset();
  }

  /** Offset of the last appended record, synced or not; {@code firstOffset() - 1} when empty. */
  public long lastOffset() {
    return lastOffset;
  }

  /** Term of the record at {@link #lastOffset}; 0 in a log that never had one. Owner only. */
  public long lastTerm() {
    return lastTerm;
  }

  /** Highest offset known to be on disk. Owner only. */
  public long syncedOffset() {
    return syncedOffset;
  }

  /** Why the log is dead; null while it lives. */
  public IOException failure() {
    return failure;
  }

  /**
   * Bytes of the files that hold anything behind an offset, so somewhat more than the records
   * there. May be called from any thread.
   */
  public long bytesAfter(long offset) {
    Segment[] now = segments;
    long bytes = 0;
    for (int i = now.length - 1; i >= 0; i--) {
      bytes += now[i].endPosition();
      if (now[i].firstOffset() <= offset + 1) {
        break;
      }
    }
    return bytes;
  }

  /** Length of all segment files in bytes, preallocated space included. Owner only. */
  public long diskBytes() {
    return Arrays.stream(segments).mapToLong(Segment::fileBytes).sum();
  }

  /**
   * Writes records behind the last one. They can be read at once and outlive the process, but not
   * the machine before {@link #sync}.
   *
   * @param durableBefore highest offset this replica knows to be fsynced; below the first record's
   * @throws NoSpaceException when the disk has no room; nothing was written, the log lives on
   * @throws IllegalArgumentException when offsets do not continue the log, terms fall, or a payload
   *     is larger than 4 MiB; nothing was written then
   */
  public void append(List<LogRecord> records, long durableBefore) throws IOException {
    append(records, durableBefore, Tee.NONE);
  }

  /**
   * The same, with somebody who is given what is written.
   *
   * @param tee may have been given something even when this fails
   */
  void append(List<LogRecord> records, long durableBefore, Tee tee) throws IOException {
    checkAlive();
    checkFits(records, durableBefore);
    Segment[] segmentsBefore = segments;
    long endBefore = active().endPosition();
    long termBefore = lastTerm;
    int crcBefore = lastCrc;
    try {
      for (LogRecord record : records) {
        write(record, durableBefore, tee);
      }
      flush(tee);
    } catch (IOException e) {
      if (!NoSpaceException.isCauseOf(e)) {
        throw fail(e);
      }
      takeBack(segmentsBefore, endBefore);
      lastTerm = termBefore;
      lastCrc = crcBefore;
      throw new NoSpaceException(e);
    }
    lastOffset += records.size();
  }

  /**
   * Cuts off what an append wrote before it found no room. Nobody was told of it and no sync was
   * asked for, so that the log is as it was before; if that fails, too, it is dead.
   */
  private void takeBack(Segment[] segmentsBefore, long endBefore) throws IOException {
    changes++;
    try {
      buffer.clear();
      Segment[] all = segments;
      segments = segmentsBefore;
      for (int i = all.length - 1; i >= segmentsBefore.length; i--) {
        all[i].closeAndDelete();
      }
      active().index().truncateAfter(lastOffset);
      active().cutTo(endBefore);
    } catch (IOException e) {
      throw fail(e);
    } finally {
      changes++;
    }
  }

  private void checkFits(List<LogRecord> records, long durableBefore) {
    long offset = lastOffset;
    long term = lastTerm;
    if (durableBefore < 0 || durableBefore > offset) {
      throw new IllegalArgumentException(
          "durableBefore " + durableBefore + " in a log to " + offset);
    }
    for (LogRecord record : records) {
      if (record.offset() != offset + 1 || record.term() < term) {
        throw new IllegalArgumentException(record + " does not follow " + term + ":" + offset);
      }
      if (record.payload().length > RecordFormat.MAX_PAYLOAD_BYTES) {
        throw new IllegalArgumentException(record + " is too large");
      }
      offset = record.offset();
      term = record.term();
    }
  }

  private void write(LogRecord record, long durableBefore, Tee tee) throws IOException {
    byte[] payload = record.payload();
    int total = RecordFormat.totalBytes(payload.length);
    long position = active().endPosition() + buffer.position();
    if (position + total > settings.segmentBytes() && position > SegmentFormat.HEADER_BYTES) {
      roll(record.offset(), tee);
      position = active().endPosition();
    }
    if (buffer.remaining() < RecordFormat.HEADER_BYTES) {
      flush(tee);
    }
    lastCrc = RecordFormat.putHeader(buffer, record, durableBefore, lastCrc);
    lastTerm = record.term();
    for (int done = 0; done < payload.length; ) {
      if (!buffer.hasRemaining()) {
        flush(tee);
      }
      int n = Math.min(buffer.remaining(), payload.length - done);
      buffer.put(payload, done, n);
      done += n;
    }
    active().index().add(record.offset(), position);
  }

  private void flush(Tee tee) throws IOException {
    buffer.flip();
    tee.take(active(), active().endPosition(), buffer);
    active().write(buffer, settings.preallocateBytes(), settings.segmentBytes());
    buffer.clear();
  }

  /**
   * Closes the active segment and begins the next. The old one is synced first, so that only the
   * last segment of a log can ever have a torn tail.
   */
  private void roll(long firstOffset, Tee tee) throws IOException {
    flush(tee);
    active().seal();
    SegmentFormat.Header header =
        new SegmentFormat.Header(identity, firstOffset, lastTerm, lastCrc);
    Segment next = Segment.create(directory, header, settings.files());
    Segment[] more = Arrays.copyOf(segments, segments.length + 1);
    more[segments.length] = next;
    segments = more;
  }

  private Segment active() {
    return segments[segments.length - 1];
  }

  /**
   * From now on appended records count as safe when the kernel has them: {@link BinlogWriter} does
   * not sync them. Whatever else changes the log is synced as ever.
   */
  public void leaveSyncingToKernel() {
    leavesSyncing = true;
  }

  /** Whether appended records are not synced. */
  public boolean leavesSyncing() {
    return leavesSyncing;
  }

  /** Puts everything appended so far on disk. */
  public void sync() throws IOException {
    checkAlive();
    try {
      active().sync();
    } catch (IOException e) {
      throw fail(e);
    }
    syncedOffset = lastOffset;
  }

  /** Everything appended so far is on disk, though not in the log's own files. */
  void syncedElsewhere() {
    syncedOffset = lastOffset;
  }

  SegmentFormat.Identity identity() {
    return identity;
  }

  /** The segment that is written to. */
  Segment lastSegment() {
    return active();
  }

  /**
   * Puts on disk what an earlier life may have left unsynced, by writing it once more. A sync alone
   * would not do after one that failed: the kernel may call the pages clean since, without the disk
   * ever having had them.
   *
   * @param durable highest offset that the records themselves show to have been synced
   */
  void secure(long durable) throws IOException {
    // Older segments were synced before the last one was made.
    Segment last = active();
    long known = Math.max(durable, last.firstOffset() - 1);
    if (known < lastOffset) {
      last.rewriteFrom(reader.placeAfter(last, known).position());
    }
    sync();
  }

  /**
   * Removes all records above an offset, durably. They are copied to {@code recycle/} before.
   *
   * @param offset from {@code firstOffset() - 1} to {@code lastOffset()}
   * @param reason for the person who looks at the copy
   */
  public void truncateAfter(long offset, String reason) throws IOException {
    checkAlive();
    if (offset < firstOffset() - 1 || offset > lastOffset) {
      throw new IllegalArgumentException(
          "cannot truncate after " + offset + " in " + firstOffset() + ".." + lastOffset);
    }
    if (offset == lastOffset) {
      return;
    }
    changes++;
    try {
      cut(offset, reason);
    } catch (IOException e) {
      throw fail(e);
    } finally {
      changes++;
    }
  }

  private void cut(long offset, String reason) throws IOException {
    int keep = segments.length - 1;
    while (segments[keep].firstOffset() > offset + 1) {
      keep--;
    }
    Segment segment = segments[keep];
    BinlogReader.Place place = reader.placeAfter(segment, offset);
    List<CutArchive.Piece> pieces = new ArrayList<>();
    pieces.add(new CutArchive.Piece(segment, place.position(), segment.endPosition()));
    for (int i = keep + 1; i < segments.length; i++) {
      pieces.add(
          new CutArchive.Piece(segments[i], SegmentFormat.HEADER_BYTES, segments[i].endPosition()));
    }
    String why =
        reason
            + "\nremoved offsets "
            + (offset + 1)
            + ".."
            + lastOffset
            + ", last term "
            + lastTerm;
    new CutArchive(directory, settings.recycledCuts())
        .save(
            new SegmentFormat.Header(identity, offset + 1, place.term(), place.crc()), pieces, why);

    lastOffset = offset;
    Segment[] all = segments;
    segments = Arrays.copyOf(all, keep + 1);
    // From the end, each removal durable before the next: a crash in between leaves a shorter log
    // and never one with a hole.
    for (int i = all.length - 1; i > keep; i--) {
      all[i].closeAndDelete();
    }
    segment.index().truncateAfter(offset);
    segment.cutTo(place.position());
    DurableFiles.syncDirectory(directory);
    lastTerm = place.term();
    lastCrc = place.crc();
    syncedOffset = offset;
  }

  /**
   * Deletes whole segments in which every record is below an offset. The last segment stays.
   *
   * @return the new {@link #firstOffset()}
   */
  public long trimBefore(long offset) throws IOException {
    checkAlive();
    try {
      while (segments.length > 1 && segments[1].firstOffset() <= offset) {
        Segment oldest = segments[0];
        segments = Arrays.copyOfRange(segments, 1, segments.length);
        oldest.closeAndDelete();
      }
    } catch (IOException e) {
      throw fail(e);
    }
    return firstOffset();
  }

  /**
   * Reads records in order, from any thread.
   *
   * @param fromOffset first offset wanted
   * @param maxBytes stops before the records' bytes in the file exceed this, but returns at least
   *     one record when there is one
   * @return empty when the offset is not in the log (not appended yet, or trimmed)
   * @throws BinlogCorruptException when a record there has been damaged since it was written
   */
  public List<LogRecord> read(long fromOffset, int maxBytes) throws IOException {
    return reader.read(fromOffset, maxBytes);
  }

  Segment[] segmentsNow() {
    return segments;
  }

  long changesNow() {
    return changes;
  }

  /** Notes that the end of a log that is not open cannot be relied on. */
  public static void suspectTail(Path directory) throws IOException {
    DurableFiles.replaceAtomically(directory.resolve(BinlogOpener.TAIL_SUSPECT_FILE), new byte[0]);
  }

  /** Removes what was set aside as damaged: this log holds everything again. */
  public void discardDamaged() throws IOException {
    checkAlive();
    try {
      new LogSalvage(directory).discard();
    } catch (IOException e) {
      throw fail(e);
    }
  }

  /** Forgets that the tail was ever cut: a leader has since brought this log up to date. */
  public void clearTailSuspect() throws IOException {
    checkAlive();
    try {
      if (Files.deleteIfExists(directory.resolve(BinlogOpener.TAIL_SUSPECT_FILE))) {
        DurableFiles.syncDirectory(directory);
      }
    } catch (IOException e) {
      throw fail(e);
    }
  }

  private void checkAlive() throws IOException {
    if (failure != null) {
      throw new IOException("binlog " + directory + " has failed before", failure);
    }
  }

  private IOException fail(IOException e) {
    failure = e;
    return e;
  }

  /**
   * Makes the log dead because its owner met something it did not expect. The first cause stays.
   *
   * @return that cause
   */
  IOException kill(Throwable cause) {
    if (failure == null) {
      failure = cause instanceof IOException e ? e : new IOException(cause.toString(), cause);
    }
    return failure;
  }

  /** Syncs nothing: what matters has been synced. Reads after this fail. */
  @Override
  public void close() throws IOException {
    if (failure == null) {
      failure = new IOException("binlog " + directory + " is closed");
    }
    for (Segment segment : segments) {
      segment.close();
    }
  }

  @Override
  public String toString() {
    return "binlog of " + identity;
  }
}
