package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What it costs that each partition has a log of its own: writes of 64 clients, each waiting for
 * the disk before its next, spread over 1, 8 and 64 logs; and what a {@link Journal} makes of it.
 * All writes in one log are what a journal would be at best.
 *
 * <p>{@code JournalBench DIRECTORY [SECONDS [ROUNDS]]}: a table with the median of the rounds. Each
 * round runs everything once, so that what the machine does meanwhile hits all alike.
 */
final class JournalBench {
  private static final int CLIENTS = 64;
  private static final int PAYLOAD_BYTES = 140;
  private static final int[] LOGS = {1, 8, 64};
  private static final int[] SYNCERS = {1, 4, 16, 32};

  private final Path directory;
  private final long nanos;

  private JournalBench(Path directory, int seconds) {
    this.directory = directory;
    this.nanos = TimeUnit.SECONDS.toNanos(seconds);
  }

  /** How often clients wrote in a second, and how long they waited, in microseconds. */
  private record Figures(double perSecond, double p50, double p99, double syncsPerSecond) {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 4;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    JournalBench bench = new JournalBench(directory, seconds);
    List<String> names = new ArrayList<>();
    List<List<Figures>> figures = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      int row = 0;
      add(names, figures, row++, "the bare disk, 64 records a sync", bench.bare(CLIENTS));
      add(names, figures, row++, "the bare disk, 1 record a sync", bench.bare(1));
      for (int logs : LOGS) {
        for (int syncers : SYNCERS) {
          if (syncers == 1 || logs > 1) {
            String name = logs + " logs, " + syncers + " at a time synced";
            add(names, figures, row++, name, bench.logs(logs, syncers));
          }
        }
        String name = logs + " logs, with the journal";
        add(names, figures, row++, name, bench.journal(logs));
      }
    }
    System.out.printf("%-36s %10s %9s %9s %9s%n", "", "writes/s", "p50 us", "p99 us", "syncs/s");
    for (int i = 0; i < names.size(); i++) {
      List<Figures> all = figures.get(i);
      System.out.printf(
          Locale.ROOT,
          "%-36s %10.0f %9.0f %9.0f %9.0f%n",
          names.get(i),
          median(all.stream().mapToDouble(Figures::perSecond).toArray()),
          median(all.stream().mapToDouble(Figures::p50).toArray()),
          median(all.stream().mapToDouble(Figures::p99).toArray()),
          median(all.stream().mapToDouble(Figures::syncsPerSecond).toArray()));
    }
  }

  private static void add(
      List<String> names, List<List<Figures>> figures, int row, String name, Figures measured) {
    if (names.size() == row) {
      names.add(name);
      figures.add(new ArrayList<>());
    }
    figures.get(row).add(measured);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** Writes to preallocated space and syncs, and nothing else. */
  private Figures bare(int records) throws IOException {
    Path file = directory.resolve("bare");
    ByteBuffer bytes = ByteBuffer.allocate(records * RecordFormat.totalBytes(PAYLOAD_BYTES));
    long[] waits = new long[1 << 20];
    int count = 0;
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      int size = 64 << 20;
      ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
      for (int at = 0; at < size; at += zeros.capacity()) {
        DurableFiles.writeFully(channel, zeros.clear(), at);
      }
      channel.force(true);
      long start = System.nanoTime();
      long position = 0;
      while (System.nanoTime() - start < nanos) {
        long begun = System.nanoTime();
        position = position + bytes.capacity() > size ? 0 : position;
        DurableFiles.writeFully(channel, bytes.clear(), position);
        channel.force(false);
        position += bytes.capacity();
        waits[count++] = System.nanoTime() - begun;
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      Arrays.sort(waits, 0, count);
      return new Figures(
          records * count / seconds,
          waits[count / 2] / 1e3,
          waits[count * 99 / 100] / 1e3,
          count / seconds);
    } finally {
      DurableFiles.deleteTree(file);
    }
  }

  /** A write that waits for the disk. */
  private static final class Client {
    final int log;
    long since;

    Client(int log) {
      this.log = log;
    }
  }

  /** The real writer with its journal. */
  private Figures journal(int count) throws Exception {
    Path root = directory.resolve("data");
    DataDirectory data = DataDirectory.open(root, "bench");
    List<Binlog> logs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path log = root.resolve("1_" + i).resolve("binlog");
      logs.add(Binlog.create(log, new UUID(1, i), 1, i, BinlogSettings.DEFAULT));
    }
    Optional<Journal> journal = JournalOpener.open(data, 128 << 20, false);
    long[] waits = new long[1 << 22];
    int[] done = {0};
    long begun = System.nanoTime();
    long start = begun + nanos / 2;
    double seconds;
    double syncs;
    try (BinlogWriter writer =
        new BinlogWriter(
            "bench", 64 << 20, SystemClock.INSTANCE, DiskRoom.unlimited(), 16, journal)) {
      Writing writing = new Writing(writer, logs, waits, done, start, start + nanos);
      long blocksBefore = journal.orElseThrow().blocks();
      for (int i = 0; i < CLIENTS; i++) {
        writing.begin(new Client(i % count));
      }
      writing.end.await();
      seconds = (System.nanoTime() - start) / 1e9;
      syncs = journal.orElseThrow().blocks() - blocksBefore;
    } finally {
      for (Binlog log : logs) {
        log.close();
      }
      data.close();
      DurableFiles.deleteTree(root);
    }
    Arrays.sort(waits, 0, done[0]);
    return new Figures(
        done[0] / seconds,
        waits[done[0] / 2] / 1e3,
        waits[done[0] * 99 / 100] / 1e3,
        syncs / (seconds * 1.5));
  }

  /** Clients whose writes are sent again by the writer's thread as soon as they are on disk. */
  private static final class Writing {
    final BinlogWriter writer;
    final List<Binlog> logs;
    final long[] next;
    final long[] waits;
    final int[] done;
    final long start;
    final long stop;
    final CountDownLatch end = new CountDownLatch(CLIENTS);
    final byte[] payload = new byte[PAYLOAD_BYTES];

    Writing(
        BinlogWriter writer, List<Binlog> logs, long[] waits, int[] done, long start, long stop) {
      this.writer = writer;
      this.logs = logs;
      this.next = new long[logs.size()];
      Arrays.fill(next, 1);
      this.waits = waits;
      this.done = done;
      this.start = start;
      this.stop = stop;
    }

    void begin(Client client) {
      LogRecord record;
      Binlog log = logs.get(client.log);
      synchronized (next) {
        record =
            new LogRecord(1, next[client.log]++, LogRecord.Type.WRITE, SessionId.NONE, 0, payload);
        client.since = System.nanoTime();
        boolean unused =
            writer.submit(log, LogTask.append(0, List.of(record), 0), new Done(this, client));
      }
    }
  }

  private record Done(Writing writing, Client client) implements SyncListener {
    @Override
    public void onSynced(Binlog binlog, long token, long lastOffset) {
      long now = System.nanoTime();
      if (now > writing.start) {
        writing.waits[writing.done[0]++] = now - client.since;
      }
      if (now < writing.stop) {
        writing.begin(client);
      } else {
        writing.end.countDown();
      }
    }

    @Override
    public void onFailed(Binlog binlog, long token, IOException cause) {
      throw new IllegalStateException(cause);
    }
  }

  /**
   * As {@link BinlogWriter} does it: takes what has come, writes it, syncs each log that was
   * written, so many at a time, and tells its clients, which write again at once.
   */
  private Figures logs(int count, int syncers) throws Exception {
    Path root = directory.resolve("logs");
    List<Binlog> logs = new ArrayList<>();
    long[] next = new long[count];
    for (int i = 0; i < count; i++) {
      Path log = root.resolve(Integer.toString(i));
      logs.add(Binlog.create(log, new UUID(1, i), 1, i, BinlogSettings.DEFAULT));
      next[i] = 1;
    }
    List<Client> queue = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      queue.add(new Client(i % count));
    }
    byte[] payload = new byte[PAYLOAD_BYTES];
    long[] waits = new long[1 << 22];
    int[] done = {0};
    long syncs = 0;
    long begun = System.nanoTime();
    long start = begun + nanos / 4;
    queue.forEach(client -> client.since = begun);
    try (LogSyncs pool = new LogSyncs("bench", syncers)) {
      while (System.nanoTime() - start < nanos) {
        List<Client> batch = List.copyOf(queue);
        queue.clear();
        Map<Binlog, List<LogRecord>> records = new IdentityHashMap<>();
        Map<Binlog, List<Client>> clients = new IdentityHashMap<>();
        for (Client client : batch) {
          Binlog log = logs.get(client.log);
          LogRecord record =
              new LogRecord(
                  1, next[client.log]++, LogRecord.Type.WRITE, SessionId.NONE, 0, payload);
          records.computeIfAbsent(log, any -> new ArrayList<>()).add(record);
          clients.computeIfAbsent(log, any -> new ArrayList<>()).add(client);
        }
        for (Map.Entry<Binlog, List<LogRecord>> entry : records.entrySet()) {
          entry.getKey().append(entry.getValue(), 0);
        }
        pool.all(
            records.keySet(),
            (log, failure) -> {
              long now = System.nanoTime();
              for (Client client : clients.get(log)) {
                if (now > start) {
                  waits[done[0]++] = now - client.since;
                }
                client.since = now;
                queue.add(client);
              }
            });
        syncs += System.nanoTime() > start ? records.size() : 0;
      }
    } finally {
      for (Binlog log : logs) {
        log.close();
      }
      DurableFiles.deleteTree(root);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Arrays.sort(waits, 0, done[0]);
    return new Figures(
        done[0] / seconds,
        waits[done[0] / 2] / 1e3,
        waits[done[0] * 99 / 100] / 1e3,
        syncs / seconds);
  }
}
