package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.tablet.binlog.OpenResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Opens a log at start, as {@link LogJudge} finds it: a torn tail is cut off. With damage, saying
 * "my log ends here" would make acknowledged writes disappear; so the log is reported and left as
 * it is, unless it is to be salvaged.
 */
final class BinlogOpener {
  static final String TAIL_SUSPECT_FILE = "tail-suspect";

  private final Path directory;
  private final SegmentFormat.Identity identity;
  private final BinlogSettings settings;
  private final List<Segment> segments = new ArrayList<>();
  private final ScanListener listener;
  private SegmentScanner scanner;

  BinlogOpener(
      Path directory,
      SegmentFormat.Identity identity,
      BinlogSettings settings,
      ScanListener listener) {
    this.listener = listener;
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
    List<Path> rest = new ArrayList<>(LogJudge.files(directory));
    Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
    segments.forEach(segment -> rest.remove(segment.file()));
    boolean within = last != null && last.file().getFileName().toString().equals(damage.segment());
    new LogSalvage(directory).setAside(within ? last.file() : null, rest, "damaged: " + damage);
    if (within) {
      last.cutTo(last.endPosition());
    } else if (last == null) {
      // Nothing is left, not even where the log began.
      SegmentFormat.Header head = new SegmentFormat.Header(identity, 1, 0, 0);
      segments.add(Segment.create(directory, head, settings.files()));
      scanner = new SegmentScanner(head);
    }
    return usable(Status.SALVAGED, Optional.of(damage));
  }

  private OpenResult scan() throws IOException {
    removeUnfinished();
    LogJudge judge = new LogJudge(directory, identity, this::openSegment, listener);
    LogJudge.Judgement judgement;
    try {
      judgement = judge.judge();
    } finally {
      segments.addAll(judge.segments());
      scanner = judge.scanner();
    }
    return switch (judgement.finding()) {
      case INTACT -> usable(Status.CLEAN, Optional.empty());
      case TORN_TAIL -> {
        Segment last = segments.get(segments.size() - 1);
        cutTail(last, judgement.stop(), judgement.damage().orElseThrow());
        yield usable(Status.TORN_TAIL_CUT, judgement.damage());
      }
      case DAMAGED -> result(Status.CORRUPT, Optional.empty(), judgement.damage());
    };
  }

  private Segment openSegment(Path file, SegmentFormat.Header header) throws IOException {
    return Segment.open(file, header, settings.files());
  }

  private void removeUnfinished() throws IOException {
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
