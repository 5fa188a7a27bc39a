package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 64 clients, each of which writes its next record when the last one is on disk, over one log or
 * several, with the real writer and its journal. Beside it the bare disk: the same bytes for 64
 * records, or for one, into space that is there already, and a sync. How long a write waits is
 * measured by the test {@code JournalBench} of the tablet.
 *
 * <p>In the directory of temporary files, which must be on a disk: {@code -Djava.io.tmpdir}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class JournalBenchmark {
  private static final int CLIENTS = 64;
  private static final int RECORDS_EACH = 16;
  private static final int PAYLOAD_BYTES = 140;
  private static final int BARE_BYTES = 64 << 20;
  private static final int SYNC_THREADS = 16;
  private static final long JOURNAL_BYTES = 128 << 20;

  /** What is written to; the first is what the others are compared with. */
  @Param({
    "bare disk, 64 records a sync",
    "bare disk, 1 record a sync",
    "1 log",
    "8 logs",
    "64 logs"
  })
  public String subject;

  private final byte[] payload = new byte[PAYLOAD_BYTES];
  private Path directory;
  private Work work;

  /** Writes what one invocation is to write, and has it on disk when it returns. */
  private interface Work extends AutoCloseable {
    void run() throws Exception;

    @Override
    void close() throws IOException;
  }

  /** Makes the files. */
  @Setup(Level.Trial)
  public void begin() throws Exception {
    directory = Files.createTempDirectory("holdfast-bench");
    String count = subject.replaceAll("\\D*(\\d+) (log|record).*", "$1");
    work =
        subject.startsWith("bare")
            ? new BareDisk(Integer.parseInt(count))
            : new Logs(Integer.parseInt(count));
  }

  /** Removes them. */
  @TearDown(Level.Trial)
  public void end() throws IOException {
    work.close();
    DurableFiles.deleteTree(directory);
  }

  /** A record on disk. */
  @Benchmark
  @OperationsPerInvocation(CLIENTS * RECORDS_EACH)
  public void append() throws Exception {
    work.run();
  }

  private final class BareDisk implements Work {
    private final ByteBuffer bytes;
    private final int syncs;
    private final FileChannel channel;
    private long position;

    BareDisk(int records) throws IOException {
      this.bytes = ByteBuffer.allocateDirect(records * RecordFormat.totalBytes(PAYLOAD_BYTES));
      this.syncs = CLIENTS * RECORDS_EACH / records;
      this.channel =
          FileChannel.open(
              directory.resolve("bare"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
      for (int at = 0; at < BARE_BYTES; at += zeros.capacity()) {
        DurableFiles.writeFully(channel, zeros.clear(), at);
      }
      channel.force(true);
    }

    @Override
    public void run() throws IOException {
      for (int i = 0; i < syncs; i++) {
        position = position + bytes.capacity() > BARE_BYTES ? 0 : position;
        DurableFiles.writeFully(channel, bytes.clear(), position);
        channel.force(false);
        position += bytes.capacity();
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private final class Logs implements Work {
    private final DataDirectory data;
    private final List<Binlog> logs = new ArrayList<>();
    private final BinlogWriter writer;

    /** By log; a log's clients take turns on the writer's thread or before it has begun. */
    private final long[] next;

    private final AtomicReference<IOException> failure = new AtomicReference<>();
    private volatile CountDownLatch end = new CountDownLatch(0);

    Logs(int count) throws IOException {
      this.data = DataDirectory.open(directory.resolve("data"), "bench");
      this.next = new long[count];
      for (int i = 0; i < count; i++) {
        Path log = data.root().resolve("1_" + i).resolve("binlog");
        logs.add(Binlog.create(log, new UUID(1, i), 1, i, BinlogSettings.DEFAULT));
        next[i] = 1;
      }
      this.writer =
          new BinlogWriter(
              "bench",
              64 << 20,
              SystemClock.INSTANCE,
              DiskRoom.unlimited(),
              SYNC_THREADS,
              JournalOpener.open(data, JOURNAL_BYTES, false));
    }

    @Override
    public void run() throws Exception {
      end = new CountDownLatch(CLIENTS);
      for (int i = 0; i < CLIENTS; i++) {
        write(i % logs.size(), RECORDS_EACH);
      }
      end.await();
      if (failure.get() != null) {
        throw failure.get();
      }
    }

    private void write(int log, int left) {
      synchronized (next) {
        LogRecord record =
            new LogRecord(1, next[log]++, LogRecord.Type.WRITE, SessionId.NONE, 0, payload);
        LogTask task = LogTask.append(0, List.of(record), 0);
        if (!writer.submit(logs.get(log), task, new Written(log, left - 1))) {
          throw new IllegalStateException("the writer took nothing more");
        }
      }
    }

    @Override
    public void close() throws IOException {
      writer.close();
      for (Binlog log : logs) {
        log.close();
      }
      data.close();
    }

    private final class Written implements SyncListener {
      private final int log;
      private final int left;

      Written(int log, int left) {
        this.log = log;
        this.left = left;
      }

      @Override
      public void onSynced(Binlog binlog, long token, long lastOffset) {
        if (left > 0) {
          write(log, left);
        } else {
          end.countDown();
        }
      }

      @Override
      public void onFailed(Binlog binlog, long token, IOException cause) {
        failure.compareAndSet(null, cause);
        end.countDown();
      }
    }
  }
}
