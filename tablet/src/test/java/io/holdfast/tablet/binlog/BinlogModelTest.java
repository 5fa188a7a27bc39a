package io.holdfast.tablet.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinlogModelTest {
  @TempDir private Path root;

  /** Any mix of appends, truncations, trims and reopenings leaves what a plain list would hold. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void behavesLikeAList(long seed) throws IOException {
    Random random = new Random(seed);
    Path directory = root.resolve("binlog");
    BinlogSettings settings = new BinlogSettings(300 + random.nextInt(3000), 250, 3);
    Binlog binlog = LogFixture.create(directory, settings);
    List<LogRecord> model = new ArrayList<>();
    long first = 1;
    long term = 1;
    for (int step = 0; step < 250; step++) {
      long last = binlog.lastOffset();
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> {
          term += random.nextInt(4) == 0 ? 1 : 0;
          List<LogRecord> more = LogFixture.records(term, last + 1, last + random.nextInt(5));
          binlog.append(more, binlog.syncedOffset());
          model.addAll(more);
        }
        case 5 -> binlog.sync();
        case 6 -> {
          long keep = Math.max(first - 1, last - random.nextInt(12));
          binlog.truncateAfter(keep, "test");
          model.removeIf(r -> r.offset() > keep);
          term++;
        }
        case 7 -> {
          if (random.nextInt(4) == 0) {
            first = binlog.trimBefore(last - random.nextInt(30));
            long from = first;
            model.removeIf(r -> r.offset() < from);
          }
        }
        default -> {
          binlog.close();
          OpenResult opened = LogFixture.open(directory, settings);
          assertThat(opened.status()).isEqualTo(OpenResult.Status.CLEAN);
          assertThat(opened.tailSuspect()).isFalse();
          assertThat(opened.terms()).isEqualTo(termsOf(model));
          binlog = opened.binlog().orElseThrow();
        }
      }
      assertThat(binlog.firstOffset()).isEqualTo(first);
      assertThat(binlog.lastOffset()).isEqualTo(first - 1 + model.size());
      if (!model.isEmpty()) {
        assertThat(binlog.lastTerm()).isEqualTo(model.get(model.size() - 1).term());
        int from = random.nextInt(model.size());
        List<LogRecord> read = binlog.read(first + from, 1 + random.nextInt(2000));
        assertThat(read).isNotEmpty();
        LogFixture.assertSame(read, model.subList(from, from + read.size()));
      }
    }
    LogFixture.assertSame(LogFixture.readAll(binlog), model);
    binlog.close();
  }

  /**
   * Records larger than a segment and up to the 4 MiB limit are stored; a larger one is refused.
   */
  @Test
  void storesLargeRecords() throws IOException {
    Path directory = root.resolve("binlog");
    Binlog binlog = LogFixture.create(directory, LogFixture.SMALL);
    List<LogRecord> records = new ArrayList<>();
    for (int length : new int[] {10, 700, RecordFormat.MAX_PAYLOAD_BYTES, 0}) {
      byte[] payload = new byte[length];
      new Random(length).nextBytes(payload);
      long offset = records.size() + 1;
      records.add(new LogRecord(1, offset, LogRecord.Type.WRITE, SessionId.NONE, 0, payload));
    }
    binlog.append(records, 0);
    LogRecord tooLarge =
        new LogRecord(
            1,
            5,
            LogRecord.Type.WRITE,
            SessionId.NONE,
            0,
            new byte[RecordFormat.MAX_PAYLOAD_BYTES + 1]);
    Binlog owner = binlog;
    assertThatThrownBy(() -> owner.append(List.of(tooLarge), 0))
        .isInstanceOf(IllegalArgumentException.class);
    LogFixture.assertSame(LogFixture.readAll(binlog), records);
    binlog.close();
    binlog = LogFixture.open(directory, LogFixture.SMALL).binlog().orElseThrow();
    LogFixture.assertSame(LogFixture.readAll(binlog), records);
    binlog.close();
  }

  /** Records that do not follow the log are refused before anything is written. */
  @Test
  void refusesWhatDoesNotFollow() throws IOException {
    Binlog binlog = LogFixture.create(root.resolve("binlog"), LogFixture.SMALL);
    binlog.append(LogFixture.records(4, 1, 3), 0);
    for (List<LogRecord> wrong :
        List.of(
            LogFixture.records(4, 5, 5),
            LogFixture.records(4, 3, 3),
            LogFixture.records(3, 4, 4),
            List.of(LogFixture.record(4, 4), LogFixture.record(4, 6)))) {
      assertThatThrownBy(() -> binlog.append(wrong, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> binlog.append(LogFixture.records(4, 4, 4), 4))
        .isInstanceOf(IllegalArgumentException.class);
    LogFixture.assertSame(LogFixture.readAll(binlog), LogFixture.records(4, 1, 3));
    assertThat(binlog.read(4, 100)).isEmpty();
    assertThat(binlog.read(0, 100)).isEmpty();
    binlog.close();
  }

  /** A removed suffix is in recycle/ as a segment file of its own, with the reason beside it. */
  @Test
  void keepsWhatItCutsOff() throws IOException {
    Path directory = root.resolve("binlog");
    Binlog binlog = LogFixture.create(directory, LogFixture.SMALL);
    binlog.append(LogFixture.records(2, 1, 20), 0);
    binlog.truncateAfter(4, "the leader of term 3 has another record at 5");
    Path recycle = directory.resolve("recycle");
    assertThat(recycle.resolve("00000001.reason"))
        .content()
        .contains("the leader of term 3", "removed offsets 5..20, last term 2");
    Path copy = Files.createDirectories(root.resolve("copy"));
    Files.copy(recycle.resolve("00000001.cut"), copy.resolve(SegmentFormat.fileName(5)));
    OpenResult opened = LogFixture.open(copy, LogFixture.SMALL);
    assertThat(opened.status()).isEqualTo(OpenResult.Status.CLEAN);
    assertThat(opened.prevTerm()).isEqualTo(2);
    LogFixture.assertSame(
        LogFixture.readAll(opened.binlog().orElseThrow()), LogFixture.records(2, 5, 20));
    opened.binlog().orElseThrow().close();

    for (int i = 0; i < 5; i++) {
      binlog.append(LogFixture.records(3 + i, 5, 6), 0);
      binlog.truncateAfter(4, "again");
    }
    try (var files = Files.list(recycle)) {
      assertThat(files.filter(f -> f.toString().endsWith(".cut"))).hasSize(3);
    }
    binlog.close();
  }

  /**
   * A log that continues a snapshot begins where the snapshot ended and knows that record's term.
   */
  @Test
  void continuesASnapshot() throws IOException {
    Path directory = root.resolve("binlog");
    Binlog binlog =
        Binlog.create(
            directory, LogFixture.UID, LogFixture.TID, LogFixture.PID, LogFixture.SMALL, 101, 6);
    assertThat(binlog.lastOffset()).isEqualTo(100);
    assertThat(binlog.lastTerm()).isEqualTo(6);
    binlog.append(LogFixture.records(6, 101, 103), 0);
    binlog.close();
    OpenResult opened = LogFixture.open(directory, LogFixture.SMALL);
    assertThat(opened.firstOffset()).isEqualTo(101);
    assertThat(opened.prevTerm()).isEqualTo(6);
    assertThat(opened.terms()).containsExactly(new TermStart(6, 101));
    opened.binlog().orElseThrow().close();
  }

  /**
   * A reader beside an owner that appends, truncates and trims sees whole, chained records only.
   */
  @Test
  void readsBesideItsOwner() throws Exception {
    Binlog binlog = LogFixture.create(root.resolve("binlog"), new BinlogSettings(5000, 1000, 2));
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> trouble = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              Random random = new Random(5);
              try {
                while (!done.get()) {
                  long last = binlog.lastOffset();
                  long from = Math.max(binlog.firstOffset(), last - random.nextInt(60));
                  long offset = from;
                  for (LogRecord record : binlog.read(from, 4000)) {
                    assertThat(record.offset()).isEqualTo(offset++);
                    LogFixture.assertSame(
                        record, LogFixture.record(record.term(), record.offset()));
                  }
                }
              } catch (Throwable e) {
                trouble.set(e);
              }
            });
    reader.start();
    Random random = new Random(6);
    long term = 1;
    for (int i = 0; i < 1500 && trouble.get() == null; i++) {
      long last = binlog.lastOffset();
      if (random.nextInt(5) == 0) {
        binlog.truncateAfter(Math.max(binlog.firstOffset() - 1, last - random.nextInt(70)), "test");
        term++;
      } else if (random.nextInt(40) == 0) {
        binlog.trimBefore(last - 50);
      } else {
        binlog.append(LogFixture.records(term, last + 1, last + random.nextInt(20)), 0);
      }
    }
    done.set(true);
    reader.join();
    assertThat(trouble.get()).isNull();
    binlog.close();
  }

  private static List<TermStart> termsOf(List<LogRecord> records) {
    List<TermStart> terms = new ArrayList<>();
    long term = 0;
    for (LogRecord record : records) {
      if (record.term() > term) {
        term = record.term();
        terms.add(new TermStart(term, record.offset()));
      }
    }
    return terms;
  }
}
