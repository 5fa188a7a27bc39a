package io.holdfast.tablet.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.LogRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinlogDamageTest {
  private static final int RECORDS = 12;

  @TempDir private Path root;
  private Path original;
  private int copies;

  @BeforeEach
  void makeALogOfThreeSegments() throws IOException {
    original = root.resolve("original");
    Binlog binlog = LogFixture.create(original, LogFixture.SMALL);
    for (int i = 1; i <= RECORDS; i++) {
      binlog.append(List.of(LogFixture.record(1 + i / 4, i)), i - 1);
    }
    binlog.close();
    assertThat(LogFixture.segments(original)).hasSizeGreaterThanOrEqualTo(3);
  }

  /**
   * What may not have been synced is written again at opening, and stays what it was: after a sync
   * that failed, the kernel would take the next one for done already.
   */
  @Test
  void theUnsyncedTailIsWrittenAgain() throws IOException {
    Path log = root.resolve("unsynced");
    try (Binlog binlog = LogFixture.create(log, LogFixture.SMALL)) {
      binlog.append(LogFixture.records(1, 1, 14), 0);
    }
    assertThat(LogFixture.segments(log)).hasSizeGreaterThan(1);
    Path last = lastSegment(log);
    byte[] before = Files.readAllBytes(last);
    FileTime longAgo = FileTime.fromMillis(1_000);
    for (Path segment : LogFixture.segments(log)) {
      Files.setLastModifiedTime(segment, longAgo);
    }

    try (Binlog again = LogFixture.open(log, LogFixture.SMALL).binlog().orElseThrow()) {
      assertThat(again.syncedOffset()).isEqualTo(14);
      LogFixture.assertSame(LogFixture.readAll(again), LogFixture.records(1, 1, 14));
    }
    assertThat(Files.getLastModifiedTime(last)).isGreaterThan(longAgo);
    assertThat(Files.readAllBytes(last)).isEqualTo(before);
    assertThat(Files.getLastModifiedTime(LogFixture.segments(log).get(0))).isEqualTo(longAgo);
  }

  /**
   * A crash may cut the last segment at any byte, with or without zeros behind: whole records
   * before stay, nothing else does, and a cut inside a record makes the tail suspect.
   */
  @Test
  void tornTailAtEveryByte() throws IOException {
    Path last = lastSegment(original);
    byte[] bytes = Files.readAllBytes(last);
    List<Span> spans = spans(bytes);
    for (int cut = SegmentFormat.HEADER_BYTES; cut <= end(spans); cut++) {
      for (boolean zeros : new boolean[] {false, true}) {
        Path directory = copyOfOriginal();
        byte[] torn = java.util.Arrays.copyOf(bytes, cut);
        if (zeros) {
          torn = java.util.Arrays.copyOf(torn, bytes.length);
        }
        Files.write(directory.resolve(last.getFileName()), torn);
        long whole = firstOffset(last) - 1;
        boolean boundary = cut == SegmentFormat.HEADER_BYTES;
        for (Span span : spans) {
          whole += span.end() <= cut ? 1 : 0;
          boundary |= span.end() == cut;
          // A length begins with zero bytes; alone they cannot be told from unused space, and
          // nothing is lost by taking them for that.
          boundary |= span.start() < cut && cut < span.start() + 4 && bytes[cut - 1] == 0;
        }
        OpenResult result = LogFixture.open(directory, LogFixture.SMALL);
        assertThat(result.status())
            .as("cut at %s, zeros %s", cut, zeros)
            .isEqualTo(boundary ? OpenResult.Status.CLEAN : OpenResult.Status.TORN_TAIL_CUT);
        assertThat(result.tailSuspect()).isEqualTo(!boundary);
        assertThat(result.lastOffset()).isEqualTo(whole);
        checkUsableAfterwards(directory, result);
      }
    }
  }

  /**
   * The log reads, appends and reopens; what was suspect stays so until somebody says otherwise.
   */
  private static void checkUsableAfterwards(Path directory, OpenResult result) throws IOException {
    Binlog binlog = result.binlog().orElseThrow();
    long last = result.lastOffset();
    LogFixture.assertSame(LogFixture.readAll(binlog), expected(last));
    binlog.append(LogFixture.records(9, last + 1, last + 2), last);
    binlog.close();
    OpenResult again = LogFixture.open(directory, LogFixture.SMALL);
    assertThat(again.status()).isEqualTo(OpenResult.Status.CLEAN);
    assertThat(again.tailSuspect()).isEqualTo(result.tailSuspect());
    assertThat(again.lastOffset()).isEqualTo(last + 2);
    again.binlog().orElseThrow().clearTailSuspect();
    again.binlog().orElseThrow().close();
    assertThat(directory.resolve("tail-suspect")).doesNotExist();
  }

  /**
   * One flipped bit anywhere is found: in the last record or the unused space it looks like a crash
   * and is cut, anywhere else the log is corrupt, says exactly where, and is not touched.
   */
  @Test
  void bitFlipAtEveryByte() throws IOException {
    Random random = new Random(3);
    List<Path> files = LogFixture.segments(original);
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      List<Span> spans = spans(bytes);
      boolean inLast = file.equals(files.get(files.size() - 1));
      for (int at = 0; at < bytes.length; at++) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        Path directory = copyOfOriginal();
        Path damaged = directory.resolve(file.getFileName());
        Files.write(damaged, flipped);
        OpenResult result = LogFixture.open(directory, LogFixture.SMALL);

        int hit = spanAt(spans, at);
        boolean cut = inLast && at >= SegmentFormat.HEADER_BYTES && hit >= spans.size() - 1;
        assertThat(result.status())
            .as("%s byte %s of %s", file.getFileName(), at, bytes.length)
            .isEqualTo(cut ? OpenResult.Status.TORN_TAIL_CUT : OpenResult.Status.CORRUPT);
        BinlogDamage damage = result.damage().orElseThrow();
        assertThat(damage.segment()).isEqualTo(file.getFileName().toString());
        assertThat(result.tailSuspect()).isEqualTo(cut);
        if (at >= SegmentFormat.HEADER_BYTES) {
          assertThat(damage.offset()).isEqualTo(firstOffset(file) + hit);
          assertThat(damage.position())
              .isEqualTo(hit < spans.size() ? spans.get(hit).start() : end(spans));
        } else {
          assertThat(damage.offset()).isEqualTo(firstOffset(file));
        }
        if (cut) {
          assertThat(result.lastOffset()).isEqualTo(firstOffset(file) + hit - 1);
          LogFixture.assertSame(
              LogFixture.readAll(result.binlog().orElseThrow()), expected(result.lastOffset()));
          result.binlog().orElseThrow().close();
        } else {
          assertThat(result.binlog()).isEmpty();
          assertThat(Files.readAllBytes(damaged)).isEqualTo(flipped);
        }
      }
    }
  }

  /** Garbage over any stretch of the last segment is never taken for records and never throws. */
  @Test
  void garbageAnywhere() throws IOException {
    Path last = lastSegment(original);
    byte[] bytes = Files.readAllBytes(last);
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] garbage = new byte[1 + random.nextInt(120)];
      random.nextBytes(garbage);
      int at =
          SegmentFormat.HEADER_BYTES
              + random.nextInt(bytes.length - SegmentFormat.HEADER_BYTES - garbage.length);
      byte[] wrong = bytes.clone();
      System.arraycopy(garbage, 0, wrong, at, garbage.length);
      Path directory = copyOfOriginal();
      Files.write(directory.resolve(last.getFileName()), wrong);
      OpenResult result = LogFixture.open(directory, LogFixture.SMALL);
      assertThat(result.status()).isNotEqualTo(OpenResult.Status.CLEAN);
      if (result.binlog().isPresent()) {
        LogFixture.assertSame(
            LogFixture.readAll(result.binlog().get()), expected(result.lastOffset()));
        result.binlog().get().close();
      }
    }
  }

  /** A removed file in the middle is missed; so is the removal of all. */
  @Test
  void missingSegment() throws IOException {
    Path directory = copyOfOriginal();
    Files.delete(LogFixture.segments(directory).get(1));
    OpenResult result = LogFixture.open(directory, LogFixture.SMALL);
    assertThat(result.status()).isEqualTo(OpenResult.Status.CORRUPT);
    assertThat(result.damage().orElseThrow().reason()).contains("but the one before ends at");

    for (Path file : LogFixture.segments(directory)) {
      Files.delete(file);
    }
    result = LogFixture.open(directory, LogFixture.SMALL);
    assertThat(result.status()).isEqualTo(OpenResult.Status.CORRUPT);
    assertThat(result.damage().orElseThrow().reason()).isEqualTo("there is no segment");
  }

  /** A directory that was copied from another replica, table or partition is recognised. */
  @Test
  void foreignDirectory() throws IOException {
    BinlogSettings settings = LogFixture.SMALL;
    List<OpenResult> results =
        List.of(
            Binlog.open(original, new UUID(1, 1), LogFixture.TID, LogFixture.PID, settings),
            Binlog.open(original, LogFixture.UID, 8, LogFixture.PID, settings),
            Binlog.open(original, LogFixture.UID, LogFixture.TID, 4, settings));
    for (OpenResult result : results) {
      assertThat(result.status()).isEqualTo(OpenResult.Status.CORRUPT);
      assertThat(result.damage().orElseThrow().reason()).contains("segment belongs to replica");
    }
  }

  /** A segment of another history does not fit in, although every record in it is intact. */
  @Test
  void segmentOfAnotherHistory() throws IOException {
    Path other = root.resolve("other");
    Binlog binlog = LogFixture.create(other, LogFixture.SMALL);
    List<LogRecord> same = new ArrayList<>();
    for (int i = 1; i <= RECORDS; i++) {
      LogRecord r = LogFixture.record(1 + i / 4, i);
      byte[] payload = r.payload().clone();
      payload[0] ^= 1;
      same.add(new LogRecord(r.term(), i, r.type(), r.session(), r.seq(), payload));
    }
    binlog.append(same, 0);
    binlog.close();
    Path directory = copyOfOriginal();
    Path foreign = LogFixture.segments(other).get(1);
    Files.write(directory.resolve(foreign.getFileName()), Files.readAllBytes(foreign));
    OpenResult result = LogFixture.open(directory, LogFixture.SMALL);
    assertThat(result.status()).isEqualTo(OpenResult.Status.CORRUPT);
    assertThat(result.damage().orElseThrow().reason()).contains("chain is broken");
  }

  /** An intact record that returns from before a truncation is not appended to the log. */
  @Test
  void staleRecordBehindTheEnd() throws IOException {
    Path directory = copyOfOriginal();
    Path last = lastSegment(directory);
    byte[] before = Files.readAllBytes(last);
    List<Span> spans = spans(before);
    long lastOffset = firstOffset(last) + spans.size() - 1;
    Binlog binlog = LogFixture.open(directory, LogFixture.SMALL).binlog().orElseThrow();
    binlog.truncateAfter(lastOffset - 2, "test");
    byte[] payload = new byte[LogFixture.record(4, lastOffset - 1).payload().length];
    LogRecord old = LogFixture.record(4, lastOffset - 1);
    payload[0] = 1;
    binlog.append(
        List.of(new LogRecord(9, lastOffset - 1, old.type(), old.session(), old.seq(), payload)),
        0);
    binlog.close();
    Span stale = spans.get(spans.size() - 1);
    write(last, stale.start(), java.util.Arrays.copyOfRange(before, stale.start(), stale.end()));
    OpenResult result = LogFixture.open(directory, LogFixture.SMALL);
    assertThat(result.status()).isEqualTo(OpenResult.Status.CORRUPT);
  }

  /**
   * What precedes any damage is usable after a salvage, goes on, and stays usable; what is damaged
   * is kept, byte for byte, until it is discarded.
   */
  @Test
  void whatPrecedesTheDamageIsSalvaged() throws IOException {
    List<Path> files = LogFixture.segments(original);
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      List<Span> spans = spans(bytes);
      for (int at = 0; at < end(spans); at += 37) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= 0x10;
        Path directory = copyOfOriginal();
        Files.write(directory.resolve(file.getFileName()), flipped);
        OpenResult judged = LogFixture.open(directory, LogFixture.SMALL);
        if (judged.status() != OpenResult.Status.CORRUPT) {
          judged.binlog().orElseThrow().close();
          continue;
        }
        OpenResult result = salvage(directory);
        assertThat(result.status()).isEqualTo(OpenResult.Status.SALVAGED);
        assertThat(result.lastOffset()).isEqualTo(judged.lastOffset());
        assertThat(result.damage()).isEqualTo(judged.damage());
        assertThat(directory.resolve("damaged/1").resolve(file.getFileName()))
            .hasBinaryContent(flipped);
        Binlog binlog = result.binlog().orElseThrow();
        LogFixture.assertSame(LogFixture.readAll(binlog), expected(result.lastOffset()));
        binlog.append(LogFixture.records(9, result.lastOffset() + 1, result.lastOffset() + 3), 0);
        binlog.sync();
        binlog.close();

        OpenResult again = LogFixture.open(directory, LogFixture.SMALL);
        assertThat(again.status()).isEqualTo(OpenResult.Status.CLEAN);
        assertThat(again.lastOffset()).isEqualTo(result.lastOffset() + 3);
        again.binlog().orElseThrow().discardDamaged();
        again.binlog().orElseThrow().close();
        assertThat(directory.resolve("damaged")).doesNotExist();
      }
    }
  }

  /** A missing segment takes all later ones along; with the first one, the whole log. */
  @Test
  void aMissingSegmentIsSalvaged() throws IOException {
    Path directory = copyOfOriginal();
    List<Path> files = LogFixture.segments(directory);
    Files.delete(files.get(1));
    OpenResult result = salvage(directory);
    assertThat(result.lastOffset()).isEqualTo(firstOffset(files.get(1)) - 1);
    result.binlog().orElseThrow().close();
    assertThat(LogFixture.segments(directory)).containsExactly(files.get(0));

    Files.delete(files.get(0));
    result = salvage(directory);
    assertThat(result.lastOffset()).isZero();
    assertThat(result.terms()).isEmpty();
    result.binlog().orElseThrow().append(LogFixture.records(1, 1, 3), 0);
    result.binlog().orElseThrow().close();
    OpenResult again = LogFixture.open(directory, LogFixture.SMALL);
    assertThat(again.lastOffset()).isEqualTo(3);
    again.binlog().orElseThrow().close();
  }

  /**
   * Pages of one unsynced batch reach the disk in any order: an intact record behind an unfinished
   * one is no sign of rot unless it was written after the other had been synced.
   */
  @Test
  void anUnsyncedBatchMayHaveReachedTheDiskInAnyOrder() throws IOException {
    for (long durableBefore : new long[] {2, 4}) {
      Path directory = root.resolve("batch" + durableBefore);
      BinlogSettings settings = new BinlogSettings(100_000, 200, 3);
      Binlog binlog = LogFixture.create(directory, settings);
      binlog.append(LogFixture.records(1, 1, 2), 0);
      binlog.append(LogFixture.records(1, 3, 4), 2);
      binlog.append(LogFixture.records(1, 5, 6), durableBefore);
      binlog.close();
      Path file = lastSegment(directory);
      Span third = spans(Files.readAllBytes(file)).get(2);
      write(file, third.start() + 60, new byte[20]);
      OpenResult result = LogFixture.open(directory, settings);
      boolean unsynced = durableBefore == 2;
      assertThat(result.status())
          .isEqualTo(unsynced ? OpenResult.Status.TORN_TAIL_CUT : OpenResult.Status.CORRUPT);
      assertThat(result.lastOffset()).isEqualTo(2);
      assertThat(result.tailSuspect()).isEqualTo(unsynced);
      if (unsynced) {
        result.binlog().orElseThrow().close();
      }
    }
  }

  private static OpenResult salvage(Path directory) throws IOException {
    return Binlog.salvage(
        directory, LogFixture.UID, LogFixture.TID, LogFixture.PID, LogFixture.SMALL);
  }

  /** Rot that sets in while the log is open is reported by the read that meets it. */
  @Test
  void rotUnderARunningLog() throws IOException {
    Path directory = copyOfOriginal();
    Binlog binlog = LogFixture.open(directory, LogFixture.SMALL).binlog().orElseThrow();
    write(LogFixture.segments(directory).get(1), 150, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> binlog.read(1, 1 << 20))
        .isInstanceOf(BinlogCorruptException.class)
        .hasMessageContaining(LogFixture.segments(directory).get(1).getFileName().toString());
    binlog.close();
  }

  private Path copyOfOriginal() throws IOException {
    Path directory = root.resolve("copy" + copies++);
    LogFixture.copy(original, directory);
    return directory;
  }

  private static List<LogRecord> expected(long lastOffset) {
    List<LogRecord> list = new ArrayList<>();
    for (long i = 1; i <= lastOffset; i++) {
      list.add(LogFixture.record(1 + i / 4, i));
    }
    return list;
  }

  private static void write(Path file, long at, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), at);
    }
  }

  private record Span(int start, int end) {}

  private static List<Span> spans(byte[] segment) {
    List<Span> spans = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(segment);
    int at = SegmentFormat.HEADER_BYTES;
    while (at + 4 <= segment.length && in.getInt(at) != 0) {
      int end = at + 8 + in.getInt(at);
      spans.add(new Span(at, end));
      at = end;
    }
    return spans;
  }

  private static int end(List<Span> spans) {
    return spans.get(spans.size() - 1).end();
  }

  private static int spanAt(List<Span> spans, int at) {
    for (int i = 0; i < spans.size(); i++) {
      if (at < spans.get(i).end()) {
        return i;
      }
    }
    return spans.size();
  }

  private static Path lastSegment(Path directory) throws IOException {
    List<Path> files = LogFixture.segments(directory);
    return files.get(files.size() - 1);
  }

  private static long firstOffset(Path file) {
    return SegmentFormat.firstOffsetOf(file);
  }
}
