package io.holdfast.tablet.partition;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.storage.MemoryExhaustedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens every replica that is on disk, at start and unasked: a tablet that forgot a replica until
 * somebody named it would look, to everybody else, as if it had lost it.
 *
 * <p>The files of as many replicas as there are cores are read at a time, those with the most to
 * read first, so that none of them is left over at the end.
 */
final class PartitionRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionRecovery.class);

  private final TabletDisk disk;
  private final PartitionLoops loops;
  private final RecoveryProgress progress;
  private final Clock clock;

  /** No more replicas are to be opened. */
  private volatile boolean brokenOff;

  PartitionRecovery(TabletDisk disk, PartitionLoops loops, Clock clock) {
    this.disk = disk;
    this.loops = loops;
    this.progress = loops.recovery();
    this.clock = clock;
  }

  private record Opened(PartitionId partition, DiskReplicaStore store) {}

  /**
   * Opens all replicas and gives them to their loops, which must not have been started.
   *
   * @throws IOException when the reading is broken off, or a data directory itself fails; what is
   *     wrong with one replica does not stop the others
   */
  void run() throws IOException {
    List<ReplicaKey> keys = disk.replicas();
    // All of them before any is looked at closely: whoever asks shall see what there is.
    begin(keys, progress);
    keys = largestFirst(keys, disk::bytesOf);
    int corrupt = 0;
    Set<ReplicaKey> failed = new HashSet<>(keys);
    if (!keys.isEmpty()) {
      for (Opened replica : openAll(keys)) {
        loops.of(replica.partition()).open(replica.partition(), replica.store());
        failed.remove(new ReplicaKey(replica.partition().tid(), replica.partition().pid()));
        corrupt += replica.store().flags().isOutOfService() ? 1 : 0;
      }
      LOG.info("{}, {} of them corrupt", progress.readSoFar(clock.nanoTime()), corrupt);
    }
    disk.opened(failed);
    progress.allRead(clock.nanoTime());
  }

  /** How much there is to read of a replica. */
  @FunctionalInterface
  interface Sizing {
    long bytesOf(ReplicaKey key) throws IOException;
  }

  /** Tells the progress of replicas that are to be opened. */
  static void begin(List<ReplicaKey> keys, RecoveryProgress progress) {
    keys.forEach(key -> progress.begin(partition(key)));
  }

  /** Asks for the size of each once; one that cannot be looked at comes last. */
  static List<ReplicaKey> largestFirst(List<ReplicaKey> keys, Sizing sizing) {
    Map<ReplicaKey, Long> sizes = new HashMap<>();
    for (ReplicaKey key : keys) {
      long bytes = 0;
      try {
        bytes = sizing.bytesOf(key);
      } catch (IOException | UncheckedIOException e) {
        // Opening it will say what is wrong.
        LOG.debug("the files of {} cannot be listed", key, e);
      }
      sizes.put(key, bytes);
    }
    List<ReplicaKey> sorted = new ArrayList<>(keys);
    sorted.sort(Comparator.<ReplicaKey>comparingLong(sizes::get).reversed());
    return sorted;
  }

  private List<Opened> openAll(List<ReplicaKey> keys) throws IOException {
    int threads = Math.min(keys.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService readers = Executors.newFixedThreadPool(threads, PartitionRecovery::thread);
    List<Future<Opened>> asked = new ArrayList<>();
    boolean isWhole = false;
    try {
      CompletionService<Opened> tasks = new ExecutorCompletionService<>(readers);
      for (ReplicaKey key : keys) {
        asked.add(tasks.submit(() -> brokenOff ? null : open(key)));
      }
      List<Opened> all = new ArrayList<>();
      long lineAt = clock.nanoTime();
      for (int left = keys.size(); left > 0; ) {
        long pause = Math.max(0, lineAt + RecoveryProgress.LINE_NANOS - clock.nanoTime());
        Future<Opened> task = tasks.poll(pause, TimeUnit.NANOSECONDS);
        if (task != null) {
          left--;
          if (task.get() != null) {
            all.add(task.get());
          }
        } else {
          progress.logReading(clock.nanoTime());
          lineAt = clock.nanoTime();
        }
      }
      isWhole = true;
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading the replicas", e);
    } catch (ExecutionException e) {
      throw new IOException("the replicas cannot be read", e.getCause());
    } finally {
      readers.shutdown();
      if (!isWhole) {
        breakOff(readers, asked);
      }
    }
  }

  /**
   * Waits for what is being read, begins no more, and closes what was opened for loops that will
   * not run. Nobody is interrupted: a reader that is takes its snapshot for damaged.
   */
  private void breakOff(ExecutorService readers, List<Future<Opened>> asked) {
    brokenOff = true;
    LOG.warn("loading is broken off as soon as the replicas are read that are being read");
    boolean interrupted = Thread.interrupted();
    boolean ended = false;
    while (!ended) {
      try {
        ended = readers.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (Future<Opened> task : asked) {
      close(task);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void close(Future<Opened> task) {
    try {
      Opened opened = task.get();
      if (opened != null) {
        disk.abandon(opened.partition(), opened.store(), () -> {});
        opened.store().engine().close();
      }
    } catch (ExecutionException e) {
      LOG.debug("a replica was not opened", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted although it has ended", e);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "recovery");
    thread.setDaemon(true);
    return thread;
  }

  private static PartitionId partition(ReplicaKey key) {
    return new PartitionId(key.tid(), key.pid());
  }

  private Opened open(ReplicaKey key) {
    PartitionId partition = partition(key);
    try {
      DiskReplicaStore store =
          disk.open(key, loops.of(partition)::executeOrThrow, false, progress.begin(partition));
      progress.opened(partition);
      return new Opened(partition, store);
    } catch (MemoryExhaustedException e) {
      LOG.error("replica {} does not fit and is left as it is: {}", key, e.getMessage());
      return null;
    } catch (IOException | SchemaException | RuntimeException e) {
      // Without its meta file nobody can say which copy this is, so it cannot even be called
      // corrupt under its own name.
      LOG.error(
          "replica {} cannot be opened and is left as it is: {}; restore or remove its directory",
          key,
          e.toString());
      return null;
    }
  }
}
