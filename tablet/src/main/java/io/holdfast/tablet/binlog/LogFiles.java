package io.holdfast.tablet.binlog;

import io.holdfast.protocol.model.LogRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks into the files of a log that nobody uses, for tools. Changes nothing, and needs no right to
 * write. Memory: one record. Stateless.
 */
public final class LogFiles {
  private LogFiles() {}

  /** Whose log it must be. */
  public record Owner(UUID replicaUid, int tid, int pid) {
    private SegmentFormat.Identity identity() {
      return new SegmentFormat.Identity(replicaUid, tid, pid);
    }
  }

  /**
   * What a log is found to be.
   *
   * @param damage what is not as it was written, and where; empty when all is
   * @param isTornTail whether that is the remains of a last write, which nobody was told of, and
   *     which the tablet cuts off when it starts
   * @param isTailSuspect whether such remains were cut off before, and no leader has confirmed yet
   *     that the log is complete
   * @param segments files that were read
   * @param firstOffset of the first record, or of the next one in an empty log
   * @param lastOffset of the last intact record
   * @param prevTerm of the record before the first; 0 when there was none
   * @param lastTerm of the last intact record
   * @param terms of the records, ascending
   * @param bytes of the files
   */
  public record Verdict(
      Optional<BinlogDamage> damage,
      boolean isTornTail,
      boolean isTailSuspect,
      int segments,
      long firstOffset,
      long lastOffset,
      long prevTerm,
      long lastTerm,
      List<TermStart> terms,
      long bytes) {}

  /**
   * A record where it stands.
   *
   * @param segment name of the file
   * @param position byte within it
   * @param durableBefore highest offset that the replica knew to be on disk when it wrote this
   */
  public record Entry(String segment, long position, LogRecord record, long durableBefore) {}

  /** Takes entries; says whether it wants more. */
  @FunctionalInterface
  public interface Reader {
    boolean take(Entry entry) throws IOException;
  }

  /** Is told how far a reading is. */
  @FunctionalInterface
  public interface Progress {
    /** A file is read next; so many bytes of files were read before. */
    void reading(Path segment, long bytesBefore);
  }

  /**
   * Reads a log through and judges it as a start of the tablet would.
   *
   * @param place directory of the log; or one of its segments, of which less can be said: what the
   *     segments before it say about what had been synced is not known then
   * @param owner whose log it must be; null for that of its first segment
   */
  public static Verdict check(Path place, Owner owner, Progress progress) throws IOException {
    boolean whole = Files.isDirectory(place);
    Path directory = whole ? place : place.toAbsolutePath().getParent();
    List<Path> all = LogJudge.files(directory);
    List<Path> files = whole ? all : List.of(place);
    boolean withEnd =
        whole
            || all.stream()
                .noneMatch(
                    other ->
                        SegmentFormat.firstOffsetOf(other) > SegmentFormat.firstOffsetOf(place));
    SegmentFormat.Identity identity = owner == null ? identityIn(files) : owner.identity();
    try (LogJudge judge = new LogJudge(directory, identity, new OneByOne(progress))) {
      LogJudge.Judgement judgement = judge.judge(files, withEnd);
      SegmentScanner scanner = judge.scanner();
      List<Segment> segments = judge.segments();
      long first = segments.isEmpty() ? 1 : segments.get(0).firstOffset();
      return new Verdict(
          judgement.damage(),
          judgement.finding() == LogJudge.Finding.TORN_TAIL,
          Files.exists(directory.resolve(BinlogOpener.TAIL_SUSPECT_FILE)),
          segments.size(),
          first,
          scanner == null ? first - 1 : scanner.lastOffset(),
          segments.isEmpty() ? 0 : segments.get(0).header().prevTerm(),
          scanner == null ? 0 : scanner.lastTerm(),
          scanner == null ? List.of() : scanner.terms(),
          segments.stream().mapToLong(Segment::fileBytes).sum());
    }
  }

  /** Opens a segment when the one before is read, and closes that: a log can have thousands. */
  private static final class OneByOne implements LogJudge.Opening {
    private final Progress progress;
    private Segment before;
    private long bytes;

    OneByOne(Progress progress) {
      this.progress = progress;
    }

    @Override
    public Segment open(Path file, SegmentFormat.Header header) throws IOException {
      if (before != null) {
        before.close();
        bytes += before.fileBytes();
      }
      progress.reading(file, bytes);
      before = Segment.openToRead(file, header);
      return before;
    }
  }

  /** Any will do when there is none to be read: the judge says what is wrong. */
  private static SegmentFormat.Identity identityIn(List<Path> files) throws IOException {
    if (!files.isEmpty()) {
      try {
        return LogJudge.readHeader(files.get(0)).identity();
      } catch (DamagedRecordException e) {
        // Said by the judge.
      }
    }
    return new SegmentFormat.Identity(new UUID(0, 0), 0, 0);
  }

  /** Whether this is a segment by its name. */
  public static boolean isSegment(Path file) {
    return SegmentFormat.firstOffsetOf(file) >= 0;
  }

  /**
   * Reads records one after the other, without asking whether they fit together.
   *
   * @param place a log's directory, one of its segments, or what was cut off it, in {@code
   *     recycle/}
   * @param from the first offset that is wanted
   * @return where reading came to something that is no record; empty when it did not
   */
  public static Optional<BinlogDamage> read(Path place, long from, Reader reader)
      throws IOException {
    List<Path> files = Files.isDirectory(place) ? LogJudge.files(place) : List.of(place);
    for (int i = 0; i < files.size(); i++) {
      boolean isBefore =
          i + 1 < files.size() && SegmentFormat.firstOffsetOf(files.get(i + 1)) <= from;
      if (isBefore) {
        continue;
      }
      boolean[] more = {true};
      Optional<BinlogDamage> damage = readSegment(files.get(i), from, reader, more);
      if (damage.isPresent() || !more[0]) {
        return damage;
      }
    }
    return Optional.empty();
  }

  private static Optional<BinlogDamage> readSegment(
      Path file, long from, Reader reader, boolean[] more) throws IOException {
    String name = file.getFileName().toString();
    long next = Math.max(1, SegmentFormat.firstOffsetOf(file));
    long position = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      next = LogJudge.readHeader(file).firstOffset();
      WindowReader window = new WindowReader(channel);
      long size = channel.size();
      position = SegmentFormat.HEADER_BYTES;
      while (more[0] && position < size) {
        boolean isEnd =
            SegmentScanner.isZeroLength(window, position, size)
                && window.firstNonZero(position, size) < 0;
        if (isEnd) {
          break;
        }
        StoredRecord stored = window.readRecord(position, size);
        LogRecord record = stored.record();
        if (record.offset() >= from) {
          more[0] = reader.take(new Entry(name, position, record, stored.durableBefore()));
        }
        next = record.offset() + 1;
        position += stored.bytes();
      }
      return Optional.empty();
    } catch (DamagedRecordException e) {
      return Optional.of(new BinlogDamage(name, position, next, e.getMessage()));
    }
  }
}
