package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.tablet.binlog.OpenResult.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads a log's directory at start, judges it, and cuts a torn tail.
 *
 * <p>The rule: what cannot be read is cut off only when a crash during the last write explains it,
 * that is, when it is at the end of the last segment, and no record, before or behind it, says that
 * it had been synced. (Pages reach the disk in any order, so an intact record may follow an
 * unfinished one; but not one that was written after the other had been synced.) Anything else is
 * rot or a mistake of people; saying "my log ends here" then would make acknowledged writes
 * disappear, so the log is reported and left as it is, unless it is to be salvaged.
 */
final class BinlogOpener {
  static final String TAIL_SUSPECT_FILE = "tail-suspect";

  private final Path directory;
  private final SegmentFormat.Identity identity;
  private final BinlogSettings settings;
  private final List<Segment> segments = new ArrayList<>();
  private SegmentScanner scanner;

  BinlogOpener(Path directory, SegmentFormat.Identity identity, BinlogSettings settings) {
    this.directory = directory;
    this.identity = identity;
    this.settings = settings;
  }

  OpenResult open() throws IOException {
    return open(false);
  }

  /**
   * Opens what is intact of a damaged log. What is not is set aside. The caller must have made
   * durable before that this replica may have lost records.
   */
  OpenResult salvage() throws IOException {
    return open(true);
  }

  private OpenResult open(boolean salvaging) throws IOException {
    boolean handedOver = false;
    try {
      OpenResult result = scan();
      if (salvaging && result.status() == Status.CORRUPT) {
        result = salvaged(result.damage().orElseThrow());
      }
      handedOver = result.binlog().isPresent();
      return result;
    } finally {
      if (!handedOver) {
        for (Segment segment : segments) {
          segment.close();
        }
      }
    }
  }

  private OpenResult salvaged(BinlogDamage damage) throws IOException {
    List<Path> rest = new ArrayList<>(segmentFiles());
    Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
    segments.forEach(segment -> rest.remove(segment.file()));
    boolean within = last != null && last.file().getFileName().toString().equals(damage.segment());
    new LogSalvage(directory).setAside(within ? last.file() : null, rest, "damaged: " + damage);
    if (within) {
      last.cutTo(last.endPosition());
    } else if (last == null) {
      // Nothing is left, not even where the log began.
      SegmentFormat.Header head = new SegmentFormat.Header(identity, 1, 0, 0);
      segments.add(Segment.create(directory, head));
      scanner = new SegmentScanner(head);
    }
    return usable(Status.SALVAGED, Optional.of(damage));
  }

  private OpenResult scan() throws IOException {
    List<Path> files = segmentFiles();
    if (files.isEmpty()) {
      // A log is created with its first segment, so without one somebody has removed files.
      return corrupt(directory.getFileName().toString(), 0, 1, "there is no segment");
    }
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i);
      boolean last = i == files.size() - 1;
      String name = file.getFileName().toString();
      SegmentFormat.Header header;
      try {
        header = readHeader(file);
      } catch (DamagedRecordException e) {
        return corrupt(name, 0, SegmentFormat.firstOffsetOf(file), e.getMessage());
      }
      Optional<String> misfit = misfit(file, header);
      if (misfit.isPresent()) {
        long offset = scanner == null ? header.firstOffset() : scanner.lastOffset() + 1;
        return corrupt(name, 0, offset, misfit.get());
      }
      Segment segment = Segment.open(file, header);
      segments.add(segment);
      Optional<SegmentScanner.Stop> stop = scanner.scan(segment);
      if (stop.isPresent()) {
        return last ? judge(segment, stop.get()) : corrupt(segment, stop.get(), "");
      }
    }
    return usable(Status.CLEAN, Optional.empty());
  }

  private List<Path> segmentFiles() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.list(directory)) {
      all = files.toList();
    }
    for (Path file : all) {
      // Left by a crash before a new segment got its name; nothing in it was ever acknowledged.
      if (file.getFileName().toString().endsWith(".seg.tmp")) {
        Files.delete(file);
      }
    }
    return all.stream()
        .filter(file -> SegmentFormat.firstOffsetOf(file) >= 0)
        .sorted(Comparator.comparingLong(SegmentFormat::firstOffsetOf))
        .toList();
  }

  private static SegmentFormat.Header readHeader(Path file)
      throws IOException, DamagedRecordException {
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
      scanner = new SegmentScanner(header);
      return Optional.empty();
    }
    return scanner.misfit(header);
  }

  private OpenResult judge(Segment segment, SegmentScanner.Stop stop) throws IOException {
    long offset = scanner.lastOffset() + 1;
    if (stop.intact()) {
      return corrupt(segment, stop, "");
    }
    if (!scanner.mayBeUnsynced(offset)) {
      return corrupt(segment, stop, "; the record had been synced");
    }
    long proof = scanner.findProofOfSync(segment, stop.position());
    if (proof >= 0) {
      return corrupt(segment, stop, "; the intact record at byte " + proof + " says it was synced");
    }
    BinlogDamage damage = damage(segment, stop, "");
    cutTail(segment, stop, damage);
    return usable(Status.TORN_TAIL_CUT, Optional.of(damage));
  }

  private void cutTail(Segment segment, SegmentScanner.Stop stop, BinlogDamage damage)
      throws IOException {
    // The mark first: a second crash right after the cut would otherwise find a clean log.
    DurableFiles.replaceAtomically(directory.resolve(TAIL_SUSPECT_FILE), new byte[0]);
    SegmentFormat.Header head =
        new SegmentFormat.Header(identity, damage.offset(), scanner.lastTerm(), scanner.lastCrc());
    CutArchive.Piece piece = new CutArchive.Piece(segment, stop.position(), segment.fileBytes());
    new CutArchive(directory, settings.recycledCuts())
        .save(head, List.of(piece), "torn tail: " + damage);
    segment.cutTo(stop.position());
  }

  private OpenResult usable(Status status, Optional<BinlogDamage> damage) throws IOException {
    Binlog binlog =
        new Binlog(
            directory,
            identity,
            settings,
            segments,
            scanner.lastOffset(),
            scanner.lastTerm(),
            scanner.lastCrc());
    // What a crash of the process left in the page cache reads well, but is durable only after
    // this; a log must not be reported before it is. The names of segments, too.
    binlog.secure(scanner.highestKnownDurable());
    DurableFiles.syncDirectory(directory);
    return result(status, Optional.of(binlog), damage);
  }

  private OpenResult corrupt(Segment segment, SegmentScanner.Stop stop, String also) {
    return result(Status.CORRUPT, Optional.empty(), Optional.of(damage(segment, stop, also)));
  }

  private OpenResult corrupt(String segment, long position, long offset, String reason) {
    BinlogDamage damage = new BinlogDamage(segment, position, offset, reason);
    return result(Status.CORRUPT, Optional.empty(), Optional.of(damage));
  }

  private BinlogDamage damage(Segment segment, SegmentScanner.Stop stop, String also) {
    return new BinlogDamage(
        segment.file().getFileName().toString(),
        stop.position(),
        scanner.lastOffset() + 1,
        stop.reason() + also);
  }

  private OpenResult result(Status status, Optional<Binlog> binlog, Optional<BinlogDamage> damage) {
    long first = segments.isEmpty() ? 1 : segments.get(0).firstOffset();
    return new OpenResult(
        status,
        binlog,
        first,
        scanner == null ? first - 1 : scanner.lastOffset(),
        segments.isEmpty() ? 0 : segments.get(0).header().prevTerm(),
        scanner == null ? List.of() : scanner.terms(),
        damage,
        Files.exists(directory.resolve(TAIL_SUSPECT_FILE)));
  }
}
