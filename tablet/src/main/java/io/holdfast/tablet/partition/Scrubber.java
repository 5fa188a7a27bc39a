package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.binlog.Binlog;
import io.holdfast.tablet.binlog.BinlogCorruptException;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every log and every snapshot from time to time, slowly, so that rot is found while other
 * copies are whole. What it finds in a log is reported to the replica's loop as a failure of its
 * disk: the replica leaves its roles, is opened anew, and is brought up to date by its leader. In
 * place of a damaged snapshot the replica makes another: what it holds is in memory, too.
 *
 * <p>Thread-safe.
 */
public final class Scrubber implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
  private static final int CHUNK_BYTES = 256 << 10;

  private final PartitionLoops loops;
  private final long bytesPerSecond;
  private final ScheduledExecutorService thread;
  private volatile boolean closing;

  /**
   * @param intervalMillis pause between two rounds over all logs and snapshots
   * @param bytesPerSecond how fast it reads at most
   */
  public Scrubber(PartitionLoops loops, long intervalMillis, long bytesPerSecond) {
    this.loops = loops;
    this.bytesPerSecond = bytesPerSecond;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "scrubber");
              made.setDaemon(true);
              return made;
            });
    var unused =
        thread.scheduleWithFixedDelay(
            this::round, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * Reads the log and the snapshots of one replica as soon as what is being read is done.
   *
   * @return whether it is intact; fails when there is no such replica here or it cannot be read
   */
  public CompletableFuture<Boolean> scrub(PartitionId partition) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    try {
      thread.execute(
          () -> {
            try {
              Files files = filesOf(partition);
              if (files == null) {
                throw new IOException("there is no replica " + partition + " here");
              }
              result.complete(read(partition, files));
            } catch (IOException | RuntimeException e) {
              result.completeExceptionally(e);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(e);
    }
    return result;
  }

  private void round() {
    long began = System.nanoTime();
    int intact = 0;
    int damaged = 0;
    try {
      for (PartitionLoop loop : loops.all()) {
        for (PartitionId partition : partitionsOf(loop)) {
          Files files = filesOf(partition);
          if (files == null) {
            continue;
          }
          if (read(partition, files)) {
            intact++;
          } else {
            damaged++;
          }
        }
      }
      LOG.info(
          "scrubbed {} replicas in {} s: {} damaged",
          intact + damaged,
          (System.nanoTime() - began) / 1_000_000_000,
          damaged);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.warn("scrubbing is given up until the next round: {}", e.toString());
    }
  }

  private List<PartitionId> partitionsOf(PartitionLoop loop)
      throws IOException, InterruptedException {
    return ask(loop, () -> new ArrayList<>(loop.host().partitions()));
  }

  /** What there is to read of a replica, as its loop knew it a moment ago. */
  private record Files(
      DiskReplicaStore store,
      Binlog binlog,
      List<SnapshotManifest> snapshots,
      SnapshotHeader expected) {}

  private Files filesOf(PartitionId partition) throws IOException, InterruptedException {
    PartitionLoop loop = loops.of(partition);
    return ask(
        loop,
        () -> {
          DiskReplicaStore store = loop.store(partition);
          return store == null
              ? null
              : new Files(
                  store, store.binlog(), store.snapshots().all(), store.snapshots().expected());
        });
  }

  private boolean read(PartitionId partition, Files files) throws InterruptedException {
    boolean intact = read(partition, files.binlog());
    for (SnapshotManifest snapshot : files.snapshots()) {
      intact &= read(partition, files, snapshot);
    }
    return intact;
  }

  /** Returns whether a snapshot is intact, or not there any more. */
  private boolean read(PartitionId partition, Files files, SnapshotManifest snapshot)
      throws InterruptedException {
    long[] before = {0};
    try {
      files
          .store()
          .snapshots()
          .verify(
              snapshot,
              files.expected(),
              position -> {
                pause(position - before[0]);
                before[0] = position;
              });
      return true;
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (IOException e) {
      PartitionLoop loop = loops.of(partition);
      try {
        if (!ask(loop, () -> isCurrent(loop, partition, files, snapshot))) {
          return true;
        }
      } catch (IOException busy) {
        e.addSuppressed(busy);
      }
      LOG.error(
          "scrubbing found damage in the snapshot of {} at offset {}: {}",
          partition,
          snapshot.offset(),
          e.getMessage());
      boolean told = loop.execute(() -> loop.onSnapshotDamaged(partition, files.store(), snapshot));
      if (!told) {
        LOG.error("the replica {} is not told: its loop takes nothing more", partition);
      }
      return false;
    }
  }

  /** Whether a snapshot that cannot be read should be there. */
  private static boolean isCurrent(
      PartitionLoop loop, PartitionId partition, Files files, SnapshotManifest snapshot) {
    DiskReplicaStore store = loop.store(partition);
    return store == files.store() && store.snapshots().all().contains(snapshot);
  }

  private void pause(long bytes) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(bytes * 1_000_000_000L / bytesPerSecond);
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
    if (closing) {
      throw new InterruptedIOException();
    }
  }

  private static <T> T ask(PartitionLoop loop, Supplier<T> question)
      throws IOException, InterruptedException {
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (!loop.execute(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        })) {
      throw new IOException("the loop takes nothing more");
    }
    try {
      return answer.get(1, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the loop does not answer", e);
    }
  }

  /** Returns whether every record is intact. */
  private boolean read(PartitionId partition, Binlog binlog) throws InterruptedException {
    long next = binlog.firstOffset();
    try {
      while (next <= binlog.lastOffset() && !closing) {
        List<LogRecord> records = binlog.read(next, CHUNK_BYTES);
        // Empty: the log was cut or trimmed meanwhile.
        next = records.isEmpty() ? Math.max(next + 1, binlog.firstOffset()) : last(records) + 1;
        long bytes = records.stream().mapToLong(record -> record.payload().length + 96L).sum();
        TimeUnit.NANOSECONDS.sleep(bytes * 1_000_000_000L / bytesPerSecond);
      }
      return true;
    } catch (BinlogCorruptException e) {
      LOG.error("scrubbing found damage in the log of {}: {}", partition, e.getMessage());
      PartitionLoop loop = loops.of(partition);
      boolean told = loop.execute(() -> loop.onDamageFound(partition, binlog, e));
      if (!told) {
        LOG.error("the replica {} is not told: its loop takes nothing more", partition);
      }
      return false;
    } catch (IOException e) {
      // Closed, or the disk has other troubles, which whoever writes will meet.
      LOG.warn("the log of {} cannot be scrubbed: {}", partition, e.toString());
      return true;
    }
  }

  private static long last(List<LogRecord> records) {
    return records.get(records.size() - 1).offset();
  }

  @Override
  public void close() {
    closing = true;
    thread.shutdownNow();
    try {
      boolean unused = thread.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
