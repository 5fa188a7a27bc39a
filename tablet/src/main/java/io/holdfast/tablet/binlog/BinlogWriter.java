package io.holdfast.tablet.binlog;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.DiskLevel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to a data directory, for all partitions in it: group commit.
 *
 * <p>It takes whatever was submitted while the last syncs ran, does the writes in order, then syncs
 * each log that was written once, several at a time, and tells the listeners of each as soon as it
 * is on disk. So the number of writes per sync grows with the load by itself. Tasks of one log keep
 * their order; between logs there is none.
 *
 * <p>{@link #submit}, {@link #queuedBytes} and {@link #oldestPendingNanos} may be called from any
 * thread. The queue's monitor is the only lock, and no disk operation happens under it.
 */
public final class BinlogWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BinlogWriter.class);

  /** How soon what found no room is tried again. */
  private static final long TRY_AGAIN_MILLIS = 200;

  private final Clock clock;
  private final long maxQueuedBytes;
  private final DiskRoom room;
  private final LogSyncs syncs;
  private final Thread thread;
  private final Object monitor = new Object();

  // All guarded by the monitor.
  private List<Entry> queue = new ArrayList<>();
  private long queuedBytes;
  private long takenSinceNanos;
  private boolean working;
  private boolean closing;

  /** What found no room, in order; the thread's own. */
  private List<Entry> waiting = new ArrayList<>();

  private record Entry(
      Binlog binlog, LogTask task, SyncListener listener, long bytes, long sinceNanos) {}

  /**
   * Starts the thread.
   *
   * @param name of the thread
   * @param maxQueuedBytes {@link #submit} refuses what would take the queue beyond this
   */
  public BinlogWriter(String name, long maxQueuedBytes, Clock clock) {
    this(name, maxQueuedBytes, clock, DiskRoom.unlimited(), 1);
  }

  /**
   * Starts the thread.
   *
   * @param room stays the caller's; told when records wait for room
   * @param syncThreads how many logs are synced at a time
   */
  public BinlogWriter(
      String name, long maxQueuedBytes, Clock clock, DiskRoom room, int syncThreads) {
    if (maxQueuedBytes < 1) {
      throw new IllegalArgumentException("maxQueuedBytes must be positive");
    }
    this.clock = clock;
    this.room = room;
    this.maxQueuedBytes = maxQueuedBytes;
    this.syncs = new LogSyncs(name + "-sync", syncThreads);
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Queues a task.
   *
   * @return false when the queue is full or the writer is closed; the task is forgotten then. One
   *     task alone in the queue is always accepted, whatever its size
   */
  public boolean submit(Binlog binlog, LogTask task, SyncListener listener) {
    long bytes = task.queueBytes();
    synchronized (monitor) {
      if (closing || (queuedBytes > 0 && queuedBytes + bytes > maxQueuedBytes)) {
        return false;
      }
      queuedBytes += bytes;
      queue.add(new Entry(binlog, task, listener, bytes, clock.nanoTime()));
      monitor.notifyAll();
      return true;
    }
  }

  /** Bytes accepted whose listeners have not been told yet. */
  public long queuedBytes() {
    synchronized (monitor) {
      return queuedBytes;
    }
  }

  /**
   * How long the oldest task has been waiting for its listener to be told, in nanoseconds; 0 when
   * none is. A disk that is stuck shows here, although no call returns.
   */
  public long oldestPendingNanos() {
    synchronized (monitor) {
      if (working) {
        return clock.nanoTime() - takenSinceNanos;
      }
      return queue.isEmpty() ? 0 : clock.nanoTime() - queue.get(0).sinceNanos();
    }
  }

  /** Accepts nothing more, finishes what was accepted, and waits for that. */
  @Override
  public void close() {
    synchronized (monitor) {
      closing = true;
      monitor.notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // Accepted writes are finished first; the interrupt is passed on afterwards.
        interrupted = true;
      }
    }
    syncs.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Entry> batch = take();
    while (!batch.isEmpty()) {
      waiting = new Batch(batch, room, syncs).execute();
      room.recordsWait(!waiting.isEmpty());
      finished(batch, waiting);
      batch = take();
    }
  }

  /** Room for the data directory's records. */
  public DiskRoom room() {
    return room;
  }

  /** Waits for tasks and takes them all; empty when the writer is closed and done. */
  private List<Entry> take() {
    synchronized (monitor) {
      long tryAgainAt = clock.nanoTime() + TRY_AGAIN_MILLIS * 1_000_000;
      while (queue.isEmpty() && !closing && !(hasWaiting() && clock.nanoTime() >= tryAgainAt)) {
        try {
          monitor.wait(hasWaiting() ? TRY_AGAIN_MILLIS : 0);
        } catch (InterruptedException e) {
          // Nobody is meant to interrupt this thread: it ends when it is closed, not before.
          LOG.warn("binlog writer was interrupted and goes on");
        }
      }
      List<Entry> batch = waiting;
      batch.addAll(queue);
      if (closing && queue.isEmpty() && !batch.isEmpty()) {
        // Tried often enough: what still has no room was never acknowledged.
        LOG.error("closing: {} writes had no room on the disk and are given up", batch.size());
        return new ArrayList<>();
      }
      if (!batch.isEmpty()) {
        working = true;
        // What waits for room is not owed by the disk: it answers, only not as one would like.
        takenSinceNanos = queue.isEmpty() ? clock.nanoTime() : queue.get(0).sinceNanos();
      }
      waiting = new ArrayList<>();
      queue = new ArrayList<>();
      return batch;
    }
  }

  private boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  private void finished(List<Entry> batch, List<Entry> unfinished) {
    long bytes = 0;
    for (Entry entry : batch) {
      bytes += entry.bytes();
    }
    for (Entry entry : unfinished) {
      bytes -= entry.bytes();
    }
    synchronized (monitor) {
      queuedBytes -= bytes;
      working = false;
    }
  }

  /** One round of the thread. */
  private static final class Batch {
    private final List<Entry> entries;

    /** Tasks that were written but not synced, by log. */
    private final Map<Binlog, List<Written>> unsynced = new IdentityHashMap<>();

    private record Written(Entry entry, long lastOffset) {}

    private final DiskRoom room;
    private final LogSyncs syncs;

    /** Logs that found no room: what comes after for them has to wait, too. */
    private final Set<Binlog> full = Collections.newSetFromMap(new IdentityHashMap<>());

    private final List<Entry> waiting = new ArrayList<>();

    Batch(List<Entry> entries, DiskRoom room, LogSyncs syncs) {
      this.entries = entries;
      this.room = room;
      this.syncs = syncs;
    }

    /** Returns what found no room, in order. */
    List<Entry> execute() {
      makeRoomForChanges();
      for (Entry entry : entries) {
        if (full.contains(entry.binlog())) {
          waiting.add(entry);
          continue;
        }
        if (entry.task() instanceof LogTask.Change change) {
          // What stands before a change is settled first: a truncation may remove it again, and
          // its listener must not be told "durable" afterwards.
          settle(entry.binlog());
          change(entry, change);
        } else if (entry.task() instanceof LogTask.Append append) {
          append(entry, append);
        }
      }
      settle(List.copyOf(unsynced.keySet()));
      return waiting;
    }

    /** A change, such as a truncation, frees room; it and what stands before it may need some. */
    private void makeRoomForChanges() {
      if (room.level() == DiskLevel.FULL
          && entries.stream().anyMatch(entry -> entry.task() instanceof LogTask.Change)) {
        boolean unused = room.release();
      }
    }

    private void append(Entry entry, LogTask.Append append) {
      Binlog binlog = entry.binlog();
      try {
        binlog.append(append.records(), append.durableBefore());
        unsynced
            .computeIfAbsent(binlog, b -> new ArrayList<>())
            .add(new Written(entry, binlog.lastOffset()));
      } catch (NoSpaceException e) {
        LOG.debug("{}: {}", binlog, e.toString());
        full.add(binlog);
        waiting.add(entry);
      } catch (IOException | RuntimeException | Error e) {
        IOException cause = binlog.kill(e);
        settle(binlog);
        failed(entry, cause);
      }
    }

    private void change(Entry entry, LogTask.Change change) {
      Binlog binlog = entry.binlog();
      try {
        if (binlog.failure() != null) {
          throw binlog.failure();
        }
        change.action().run(binlog);
      } catch (IOException | RuntimeException | Error e) {
        failed(entry, binlog.kill(e));
        return;
      }
      synced(new Written(entry, binlog.lastOffset()));
    }

    private void settle(Binlog binlog) {
      if (unsynced.containsKey(binlog)) {
        settle(List.of(binlog));
      }
    }

    private void settle(List<Binlog> logs) {
      List<Binlog> toSync = new ArrayList<>(logs.size());
      for (Binlog binlog : logs) {
        if (binlog.leavesSyncing()) {
          settled(binlog, null);
        } else {
          toSync.add(binlog);
        }
      }
      syncs.all(toSync, this::settled);
    }

    private void settled(Binlog binlog, Throwable failure) {
      List<Written> written = unsynced.remove(binlog);
      if (failure == null) {
        written.forEach(Batch::synced);
      } else {
        IOException cause = binlog.kill(failure);
        written.forEach(w -> failed(w.entry(), cause));
      }
    }

    private static void synced(Written written) {
      Entry entry = written.entry();
      try {
        entry.listener().onSynced(entry.binlog(), entry.task().token(), written.lastOffset());
      } catch (RuntimeException e) {
        LOG.error("{}: listener failed", entry.binlog(), e);
      }
    }

    private static void failed(Entry entry, IOException cause) {
      try {
        entry.listener().onFailed(entry.binlog(), entry.task().token(), cause);
      } catch (RuntimeException e) {
        LOG.error("{}: listener failed", entry.binlog(), e);
      }
    }
  }
}
