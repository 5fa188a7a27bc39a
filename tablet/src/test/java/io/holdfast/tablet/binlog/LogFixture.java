package io.holdfast.tablet.binlog;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;

/** A log directory for tests, and records that are a function of term and offset. */
final class LogFixture {
  static final UUID UID = new UUID(0x0123456789abcdefL, 0xfedcba9876543210L);
  static final int TID = 7;
  static final int PID = 3;

  /** Small segments, so that a few records make several. */
  static final BinlogSettings SMALL = new BinlogSettings(600, 200, 3);

  private LogFixture() {}

  static Binlog create(Path directory, BinlogSettings settings) throws IOException {
    return Binlog.create(directory, UID, TID, PID, settings);
  }

  static OpenResult open(Path directory, BinlogSettings settings) throws IOException {
    return Binlog.open(directory, UID, TID, PID, settings);
  }

  /** The one record that can have this term and offset in these tests; never ends in a zero. */
  static LogRecord record(long term, long offset) {
    byte[] payload = new byte[(int) ((term * 31 + offset * 17) % 90) + 1];
    new Random(term * 1_000_003 + offset).nextBytes(payload);
    payload[payload.length - 1] |= 1;
    return new LogRecord(
        term, offset, LogRecord.Type.WRITE, new SessionId(term, offset), offset * 2, payload);
  }

  static List<LogRecord> records(long term, long from, long to) {
    List<LogRecord> list = new ArrayList<>();
    for (long offset = from; offset <= to; offset++) {
      list.add(record(term, offset));
    }
    return list;
  }

  static void assertSame(List<LogRecord> actual, List<LogRecord> expected) {
    Assertions.assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertSame(actual.get(i), expected.get(i));
    }
  }

  static void assertSame(LogRecord actual, LogRecord expected) {
    Assertions.assertThat(actual.term()).isEqualTo(expected.term());
    Assertions.assertThat(actual.offset()).isEqualTo(expected.offset());
    Assertions.assertThat(actual.type()).isEqualTo(expected.type());
    Assertions.assertThat(actual.session()).isEqualTo(expected.session());
    Assertions.assertThat(actual.seq()).isEqualTo(expected.seq());
    Assertions.assertThat(actual.payload()).isEqualTo(expected.payload());
  }

  static List<LogRecord> readAll(Binlog binlog) throws IOException {
    List<LogRecord> all = new ArrayList<>();
    long next = binlog.firstOffset();
    while (next <= binlog.lastOffset()) {
      List<LogRecord> some = binlog.read(next, 300);
      Assertions.assertThat(some).isNotEmpty();
      all.addAll(some);
      next += some.size();
    }
    return all;
  }

  static List<Path> segments(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(".seg")).sorted().toList();
    }
  }

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : segments(from)) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
  }
}
