package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads a log's directory through and judges it. Changes nothing.
 *
 * <p>The rule: what cannot be read is a torn tail only when a crash during the last write explains
 * it, that is, when it is at the end of the last segment, and no record, before or behind it, says
 * that it had been synced. (Pages reach the disk in any order, so an intact record may follow an
 * unfinished one; but not one that was written after the other had been synced.) Anything else is
 * rot or a mistake of people: it is damage.
 *
 * <p>For one thread. Whoever wants to go on with the segments does not close it.
 */
final class LogJudge implements Closeable {
  /** What a log is found to be. */
  enum Finding {
    /** Whole. */
    INTACT,
    /** Whole but for the remains of a last write, which nobody was told of. */
    TORN_TAIL,
    /** Not what was written. */
    DAMAGED
  }

  /** Opens a segment whose head has been read. */
  @FunctionalInterface
  interface Opening {
    Segment open(Path file, SegmentFormat.Header header) throws IOException;
  }

  /**
   * What was found.
   *
   * @param damage where and what; empty when intact
   * @param stop the same within the last segment, for a torn tail; else null
   */
  record Judgement(Finding finding, Optional<BinlogDamage> damage, SegmentScanner.Stop stop) {}

  private final Path directory;
  private final SegmentFormat.Identity identity;
  private final Opening opening;
  private final List<Segment> segments = new ArrayList<>();
  private final ScanListener listener;
  private SegmentScanner scanner;

  /**
   * @param identity whose log it must be
   */
  LogJudge(Path directory, SegmentFormat.Identity identity, Opening opening) {
    this(directory, identity, opening, ScanListener.NONE);
  }

  /** As above, with somebody who wants to know how far it is. */
  LogJudge(
      Path directory, SegmentFormat.Identity identity, Opening opening, ScanListener listener) {
    this.listener = listener;
    this.directory = directory;
    this.identity = identity;
    this.opening = opening;
  }

  /** Those that were opened, in order; the last one may be one that was not read to its end. */
  List<Segment> segments() {
    return Collections.unmodifiableList(segments);
  }

  /** What the records were read with; null when there was none. */
  SegmentScanner scanner() {
    return scanner;
  }

  /** The segments of a directory by their names, in order. */
  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> SegmentFormat.firstOffsetOf(file) >= 0)
          .sorted(Comparator.comparingLong(SegmentFormat::firstOffsetOf))
          .toList();
    }
  }

  Judgement judge() throws IOException {
    return judge(files(directory), true);
  }

  /**
   * Judges files that follow each other.
   *
   * @param withEnd whether the last of them is the log's last, which alone can have a torn tail
   */
  Judgement judge(List<Path> files, boolean withEnd) throws IOException {
    if (files.isEmpty()) {
      // A log is created with its first segment, so without one somebody has removed files.
      return damaged(directory.getFileName().toString(), 0, 1, "there is no segment");
    }
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i);
      boolean last = withEnd && i == files.size() - 1;
      String name = file.getFileName().toString();
      SegmentFormat.Header header;
      try {
        header = readHeader(file);
      } catch (DamagedRecordException e) {
        return damaged(name, 0, SegmentFormat.firstOffsetOf(file), e.getMessage());
      }
      Optional<String> misfit = misfit(file, header);
      if (misfit.isPresent()) {
        long offset = scanner == null ? header.firstOffset() : scanner.lastOffset() + 1;
        return damaged(name, 0, offset, misfit.get());
      }
      Segment segment = opening.open(file, header);
      segments.add(segment);
      Optional<SegmentScanner.Stop> stop = scanner.scan(segment);
      if (stop.isPresent()) {
        return last ? judge(segment, stop.get()) : damaged(segment, stop.get(), "");
      }
    }
    return new Judgement(Finding.INTACT, Optional.empty(), null);
  }

  static SegmentFormat.Header readHeader(Path file) throws IOException, DamagedRecordException {
    ByteBuffer head = ByteBuffer.allocate(SegmentFormat.HEADER_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      DurableFiles.readFully(channel, head, 0);
    }
    return SegmentFormat.decode(head.flip());
  }

  private Optional<String> misfit(Path file, SegmentFormat.Header header) {
    if (!header.identity().equals(identity)) {
      return Optional.of("segment belongs to " + header.identity() + ", not to " + identity);
    }
    if (header.firstOffset() != SegmentFormat.firstOffsetOf(file) || header.firstOffset() < 1) {
      return Optional.of("segment's head says first offset " + header.firstOffset());
    }
    if (scanner == null) {
      scanner = new SegmentScanner(header, listener);
      return Optional.empty();
    }
    return scanner.misfit(header);
  }

  private Judgement judge(Segment segment, SegmentScanner.Stop stop) throws IOException {
    long offset = scanner.lastOffset() + 1;
    if (stop.intact()) {
      return damaged(segment, stop, "");
    }
    if (!scanner.mayBeUnsynced(offset)) {
      return damaged(segment, stop, "; the record had been synced");
    }
    long proof = scanner.findProofOfSync(segment, stop.position());
    if (proof >= 0) {
      return damaged(segment, stop, "; the intact record at byte " + proof + " says it was synced");
    }
    return new Judgement(Finding.TORN_TAIL, Optional.of(damage(segment, stop, "")), stop);
  }

  private Judgement damaged(Segment segment, SegmentScanner.Stop stop, String also) {
    return new Judgement(Finding.DAMAGED, Optional.of(damage(segment, stop, also)), null);
  }

  private static Judgement damaged(String segment, long position, long offset, String reason) {
    BinlogDamage damage = new BinlogDamage(segment, position, offset, reason);
    return new Judgement(Finding.DAMAGED, Optional.of(damage), null);
  }

  private BinlogDamage damage(Segment segment, SegmentScanner.Stop stop, String also) {
    return new BinlogDamage(
        segment.file().getFileName().toString(),
        stop.position(),
        scanner.lastOffset() + 1,
        stop.reason() + also);
  }

  @Override
  public void close() throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
  }
}
