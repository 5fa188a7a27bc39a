package io.holdfast.tablet.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tool that only looks at a log says what a start would, whatever is wrong with it. */
class LogFilesTest {
  private static final LogFiles.Owner OWNER =
      new LogFiles.Owner(LogFixture.UID, LogFixture.TID, LogFixture.PID);
  private static final int FLIPS = 4000;
  private static final int STARTS = 300;

  @TempDir Path root;
  private Path log;

  @BeforeEach
  void write() throws IOException {
    log = root.resolve("binlog");
    try (Binlog binlog = LogFixture.create(log, LogFixture.SMALL)) {
      long synced = 0;
      for (long offset = 1; offset <= 60; offset++) {
        binlog.append(LogFixture.records(1 + offset / 25, offset, offset), synced);
        if (offset % 3 == 0) {
          binlog.sync();
          synced = offset;
        }
      }
    }
    assertThat(segments()).hasSizeGreaterThan(8);
  }

  private List<Path> segments() throws IOException {
    return LogFixture.segments(log);
  }

  private static LogFiles.Verdict check(Path place) throws IOException {
    return LogFiles.check(place, OWNER, (file, before) -> {});
  }

  @Test
  void anIntactLogIsSaidToBe() throws IOException {
    LogFiles.Verdict verdict = check(log);
    assertThat(verdict.damage()).isEmpty();
    assertThat(verdict.lastOffset()).isEqualTo(60);
    assertThat(verdict.terms())
        .containsExactly(new TermStart(1, 1), new TermStart(2, 25), new TermStart(3, 50));
    for (Path segment : segments()) {
      assertThat(check(segment).damage()).as(segment.toString()).isEmpty();
    }
  }

  /** One bit anywhere in any segment: told, with the file; and never anything else than told. */
  @Test
  void noFlippedBitIsMissed() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < FLIPS; i++) {
      List<Path> files = segments();
      Path file = files.get(random.nextInt(files.size()));
      byte[] good = Files.readAllBytes(file);
      byte[] bad = good.clone();
      int bit = random.nextInt(bad.length * 8);
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, bad);
      LogFiles.Verdict verdict = check(log);
      assertThat(verdict.damage()).as("bit %s of %s", bit, file).isPresent();
      assertThat(verdict.damage().get().segment()).isEqualTo(file.getFileName().toString());
      assertThat(verdict.damage().get().position()).isLessThanOrEqualTo(bit / 8);
      if (i < STARTS) {
        startsAs(verdict);
      }
      Files.write(file, good);
    }
    assertThat(check(log).damage()).isEmpty();
  }

  /** A start of the tablet, which acts, comes to the same verdict. */
  private void startsAs(LogFiles.Verdict verdict) throws IOException {
    Path copy = root.resolve("copy");
    DurableFiles.deleteTree(copy);
    LogFixture.copy(log, copy);
    OpenResult opened = LogFixture.open(copy, LogFixture.SMALL);
    if (opened.binlog().isPresent()) {
      opened.binlog().get().close();
    }
    assertThat(opened.damage()).isEqualTo(verdict.damage());
    assertThat(opened.status() == OpenResult.Status.TORN_TAIL_CUT).isEqualTo(verdict.isTornTail());
    assertThat(opened.lastOffset()).isEqualTo(verdict.lastOffset());
  }

  @Test
  void aCutMiddleAndExchangedSegmentsAreDamage() throws IOException {
    Path middle = segments().get(3);
    Path next = segments().get(4);
    byte[] good = Files.readAllBytes(middle);
    byte[] other = Files.readAllBytes(next);

    Files.write(middle, Arrays.copyOf(good, good.length - 7));
    assertThat(check(log).isTornTail()).isFalse();
    assertThat(check(log).damage().orElseThrow().segment())
        .isEqualTo(middle.getFileName().toString());
    assertThat(check(middle).isTornTail()).as("it is not the last").isFalse();
    assertThat(check(middle).damage()).isPresent();

    Files.write(middle, other);
    Files.write(next, good);
    assertThat(check(log).damage().orElseThrow().reason()).contains("says first offset");

    Files.delete(middle);
    Files.write(next, other);
    assertThat(check(log).damage().orElseThrow().reason()).contains("begins at offset");
  }

  @Test
  void theLastSegmentAloneCanBeTorn() throws IOException {
    Path last = segments().get(segments().size() - 1);
    byte[] good = Files.readAllBytes(last);
    int end = good.length;
    while (good[end - 1] == 0) {
      end--;
    }
    Files.write(last, Arrays.copyOf(good, end - 1));
    assertThat(check(log).isTornTail()).isTrue();
    assertThat(check(last).isTornTail()).isTrue();
  }

  /** Noise in place of a file is damage, and nothing worse. */
  @Test
  void noiseIsDamage() throws IOException {
    Random random = new Random(11);
    Path file = segments().get(2);
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < 500; i++) {
      byte[] noise = good.clone();
      int from = random.nextInt(good.length);
      for (int at = from; at < Math.min(good.length, from + 1 + random.nextInt(300)); at++) {
        noise[at] = (byte) random.nextInt(256);
      }
      Files.write(file, noise);
      assertThat(check(log).damage().isPresent()).isEqualTo(!Arrays.equals(noise, good));
    }
  }

  /** However many segments there are, a few files are open at a time. */
  @Test
  void fewFilesAreOpenAtATime() throws IOException {
    Path open = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(open));
    long[] most = {0};
    long before = count(open);
    LogFiles.check(log, OWNER, (file, bytes) -> most[0] = Math.max(most[0], count(open)));
    assertThat(most[0] - before).isLessThan(segments().size() / 2);
  }

  private static long count(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
