package io.holdfast.tablet.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.time.Clock;
import io.holdfast.common.time.SystemClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinlogWriterTest {
  @TempDir private Path root;

  /** What a listener was told. */
  private record Told(Binlog binlog, long token, long lastOffset, IOException cause) {}

  /** Keeps what it is told. */
  private static final class Listener implements SyncListener {
    private final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();

    @Override
    public void onSynced(Binlog binlog, long token, long lastOffset) {
      told.add(new Told(binlog, token, lastOffset, null));
    }

    @Override
    public void onFailed(Binlog binlog, long token, IOException cause) {
      told.add(new Told(binlog, token, -1, cause));
    }

    Told next() throws InterruptedException {
      Told next = told.poll(10, TimeUnit.SECONDS);
      assertThat(next).as("a listener is told within ten seconds").isNotNull();
      return next;
    }
  }

  /** Tasks of two logs are all done and reported in each log's order; closing finishes them. */
  @Test
  void doesEverythingInOrder() throws Exception {
    List<Binlog> logs = List.of(log("a"), log("b"));
    Listener listener = new Listener();
    BinlogWriter writer = new BinlogWriter("writer", 1 << 20, SystemClock.INSTANCE);
    for (int i = 1; i <= 100; i++) {
      for (Binlog log : logs) {
        LogTask task = LogTask.append(i, LogFixture.records(1, i, i), 0);
        assertThat(writer.submit(log, task, listener)).isTrue();
      }
    }
    writer.submit(logs.get(0), LogTask.truncateAfter(101, 60, "test"), listener);
    writer.submit(logs.get(0), LogTask.append(102, LogFixture.records(2, 61, 62), 60), listener);
    writer.close();
    assertThat(writer.queuedBytes()).isZero();
    assertThat(writer.submit(logs.get(0), LogTask.trimBefore(1, 1), listener)).isFalse();

    List<Long> expected = new ArrayList<>();
    for (long i = 1; i <= 100; i++) {
      expected.add(i);
    }
    assertThat(offsets(listener, logs.get(1))).isEqualTo(expected);
    expected.addAll(List.of(60L, 62L));
    assertThat(offsets(listener, logs.get(0))).isEqualTo(expected);
    assertThat(logs.get(0).lastOffset()).isEqualTo(62);
    for (Binlog log : logs) {
      log.close();
    }
  }

  /** Many logs, synced several at a time: each log's tasks are told in its order, and are there. */
  @Test
  void syncsManyLogsAtATime() throws Exception {
    List<Binlog> logs = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      logs.add(log("many" + i));
    }
    Listener listener = new Listener();
    List<Long> expected = new ArrayList<>();
    try (BinlogWriter writer = writer(8)) {
      for (long i = 1; i <= 40; i++) {
        expected.add(i);
        for (Binlog log : logs) {
          LogTask task = LogTask.append(i, LogFixture.records(1, i, i), 0);
          assertThat(writer.submit(log, task, listener)).isTrue();
        }
      }
    }
    List<Told> told = List.copyOf(listener.told);
    for (Binlog log : logs) {
      assertThat(told.stream().filter(one -> one.binlog() == log).map(Told::lastOffset))
          .isSorted()
          .last()
          .isEqualTo(40L);
      assertThat(told.stream().filter(one -> one.binlog() == log).map(Told::token))
          .isEqualTo(expected);
      assertThat(log.lastOffset()).isEqualTo(40);
      log.close();
    }
  }

  /** Of logs that are synced together, only those of the one that fails hear of it. */
  @Test
  void aLogThatFailsHarmsNoOther() throws Exception {
    Binlog bad = log("bad");
    List<Binlog> good = List.of(log("good1"), log("good2"), log("good3"));
    bad.close();
    Listener listener = new Listener();
    try (BinlogWriter writer = writer(4)) {
      for (long i = 1; i <= 20; i++) {
        writer.submit(bad, LogTask.append(i, LogFixture.records(1, i, i), 0), listener);
        for (Binlog log : good) {
          writer.submit(log, LogTask.append(i, LogFixture.records(1, i, i), 0), listener);
        }
      }
    }
    assertThat(listener.told).hasSize(80);
    for (Told one : listener.told) {
      assertThat(one.cause() == null).as("%s", one).isEqualTo(one.binlog() != bad);
    }
    for (Binlog log : good) {
      log.close();
    }
  }

  private static BinlogWriter writer(int syncThreads) {
    return new BinlogWriter(
        "writer",
        1 << 20,
        SystemClock.INSTANCE,
        DiskRoom.unlimited(),
        syncThreads,
        Optional.empty());
  }

  /** While the disk is busy the queue fills to its bound, refuses more, and shows how old it is. */
  @Test
  void refusesMoreThanItsBound() throws Exception {
    Binlog log = log("a");
    AtomicLong nanos = new AtomicLong(1000);
    Listener listener = new Listener();
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (BinlogWriter writer = new BinlogWriter("writer", 5000, new ManualClock(nanos))) {
      assertThat(writer.oldestPendingNanos()).isZero();
      writer.submit(
          log,
          LogTask.change(
              1,
              b -> {
                busy.countDown();
                await(release);
              }),
          listener);
      await(busy);
      int accepted = 0;
      while (writer.submit(
          log, LogTask.append(2, LogFixture.records(1, accepted + 1, accepted + 1), 0), listener)) {
        accepted++;
      }
      assertThat(accepted).isBetween(20, 5000 / RecordFormat.HEADER_BYTES);
      assertThat(writer.queuedBytes()).isBetween(4500L, 5000L);
      nanos.addAndGet(700);
      assertThat(writer.oldestPendingNanos()).isEqualTo(700);
      release.countDown();
      for (int i = 0; i <= accepted; i++) {
        assertThat(listener.next().cause()).isNull();
      }
    }
    assertThat(log.syncedOffset()).isEqualTo(log.lastOffset());
    log.close();
  }

  /** After an error a log is dead: each later task fails with the cause, and other logs go on. */
  @Test
  void neverTriesAgainAfterAnError() throws Exception {
    Binlog sick = log("sick");
    Binlog well = log("well");
    Listener listener = new Listener();
    try (BinlogWriter writer = new BinlogWriter("writer", 1 << 20, SystemClock.INSTANCE)) {
      writer.submit(sick, LogTask.append(1, LogFixture.records(1, 1, 1), 0), listener);
      assertThat(listener.next().lastOffset()).isEqualTo(1);
      writer.submit(
          sick,
          LogTask.change(
              2,
              b -> {
                throw new IOException("the disk is gone");
              }),
          listener);
      assertThat(listener.next().cause()).hasMessage("the disk is gone");
      for (int token = 3; token < 6; token++) {
        writer.submit(sick, LogTask.append(token, LogFixture.records(1, 2, 2), 0), listener);
        Told told = listener.next();
        assertThat(told.token()).isEqualTo(token);
        assertThat(told.cause()).hasMessage("the disk is gone");
      }
      writer.submit(well, LogTask.append(6, LogFixture.records(1, 1, 3), 0), listener);
      assertThat(listener.next().lastOffset()).isEqualTo(3);
    }
    assertThat(sick.failure()).hasMessage("the disk is gone");
    sick.close();
    well.close();
  }

  /** Records that do not follow the log kill it: its owner's idea of it is wrong. */
  @Test
  void aWrongTaskKillsItsLog() throws Exception {
    Binlog log = log("a");
    Listener listener = new Listener();
    try (BinlogWriter writer = new BinlogWriter("writer", 1 << 20, SystemClock.INSTANCE)) {
      writer.submit(log, LogTask.append(1, LogFixture.records(1, 5, 5), 0), listener);
      assertThat(listener.next().cause()).hasMessageContaining("does not follow");
    }
    log.close();
  }

  private Binlog log(String name) throws IOException {
    return LogFixture.create(root.resolve(name), LogFixture.SMALL);
  }

  private static List<Long> offsets(Listener listener, Binlog binlog) {
    return listener.told.stream().filter(t -> t.binlog() == binlog).map(Told::lastOffset).toList();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private record ManualClock(AtomicLong nanos) implements Clock {
    @Override
    public long nanoTime() {
      return nanos.get();
    }

    @Override
    public long currentTimeMillis() {
      return 0;
    }
  }
}
