package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.tablet.binlog.BinlogCorruptException;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.storage.MemoryExhaustedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens replicas anew whose disk failed them while the tablet was running. What is on disk is
 * judged from the beginning, as at a start: a failed sync is never repeated. A disk that goes on
 * failing is given up after a few times, each after a longer pause.
 *
 * <p>One thread of its own, since reading a log takes a while. Thread-safe.
 */
final class ReplicaReopener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaReopener.class);

  static final int ATTEMPTS = 5;
  private static final long FORGIVEN_AFTER_NANOS = TimeUnit.MINUTES.toNanos(30);

  private static final class History {
    int failures;
    long lastNanos;
  }

  private final TabletDisk disk;
  private final long pauseMillis;
  private final ScheduledExecutorService thread;

  /** Owned by the thread. */
  private final Map<PartitionId, History> histories = new HashMap<>();

  /**
   * @param pauseMillis before the first attempt; doubled for each further one
   */
  ReplicaReopener(TabletDisk disk, long pauseMillis) {
    this.disk = disk;
    this.pauseMillis = pauseMillis;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "replica-reopener");
              made.setDaemon(true);
              return made;
            });
  }

  /** Whether opening anew may help: the disk's word is in doubt, or memory was short. */
  static boolean mayHelp(RuntimeException cause) {
    return causeOf(cause) != null || MemoryExhaustedException.isCauseOf(cause);
  }

  private static IOException causeOf(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 10; depth++) {
      if (at instanceof IOException found) {
        return found;
      }
      at = at.getCause();
    }
    return null;
  }

  private record Failed(
      PartitionId partition, boolean suspect, FailedFiles files, PartitionLoop loop) {
    Failed judged() {
      return new Failed(partition, false, files, loop);
    }
  }

  /** The replica has failed and its files are closed. Any thread. */
  void failed(
      PartitionId partition, RuntimeException cause, FailedFiles files, PartitionLoop loop) {
    // Damage is found again by reading. Any other error leaves open what the disk has of the end.
    boolean suspect =
        !(causeOf(cause) instanceof BinlogCorruptException)
            && !MemoryExhaustedException.isCauseOf(cause);
    run(() -> schedule(new Failed(partition, suspect, files, loop)));
  }

  private void schedule(Failed failed) {
    PartitionId partition = failed.partition();
    History history = histories.computeIfAbsent(partition, id -> new History());
    long now = System.nanoTime();
    if (now - history.lastNanos > FORGIVEN_AFTER_NANOS) {
      history.failures = 0;
    }
    history.lastNanos = now;
    history.failures++;
    if (history.failures > ATTEMPTS) {
      LOG.error(
          "replica {} has failed {} times in a row and stays out of service until this tablet is"
              + " restarted; look at the disk, at the memory and at the messages above",
          partition,
          history.failures);
      return;
    }
    long pause = pauseMillis << (history.failures - 1);
    LOG.warn("replica {} is opened anew in {} ms", partition, pause);
    var unused = thread.schedule(() -> reopen(failed), pause, TimeUnit.MILLISECONDS);
  }

  private void reopen(Failed failed) {
    if (!failed.files().begin()) {
      // It was put aside meanwhile.
      return;
    }
    PartitionId partition = failed.partition();
    PartitionLoop loop = failed.loop();
    try {
      if (failed.suspect()) {
        disk.suspectTail(partition);
      }
      DiskReplicaStore store =
          disk.open(new ReplicaKey(partition.tid(), partition.pid()), loop::executeOrThrow, false);
      boolean taken =
          loop.execute(
              () -> {
                if (!loop.reopen(partition, store, failed.files())) {
                  closeAgain(failed, store);
                }
              });
      if (!taken) {
        closeAgain(failed, store);
      }
    } catch (IOException | SchemaException | RuntimeException e) {
      LOG.error("replica {} cannot be opened anew: {}", partition, e.toString());
      closed(failed);
    }
  }

  private void closeAgain(Failed failed, DiskReplicaStore store) {
    // What follows is on a thread of the disk.
    disk.abandon(failed.partition(), store, () -> run(() -> closed(failed.judged())));
  }

  private void closed(Failed failed) {
    if (failed.files().done()) {
      disk.recycle(failed.partition());
    } else {
      schedule(failed);
    }
  }

  private void run(Runnable task) {
    if (!thread.isShutdown()) {
      thread.execute(task);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    try {
      // A log that is just being read is finished: the directory is let go of next.
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a replica is still being opened");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
