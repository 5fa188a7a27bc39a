package io.holdfast.tablet.binlog;

import io.holdfast.common.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to a data directory, for all partitions in it: group commit.
 *
 * <p>It takes whatever was submitted while the last syncs ran, does the writes in order, then syncs
 * each log that was written once, several at a time or all together by means of a {@link Journal},
 * and tells the listeners of each as soon as it is on disk. So the number of writes per sync grows
 * with the load by itself. Tasks of one log keep their order; between logs there is none.
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
  private final Optional<Journal> journal;
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

  record Entry(Binlog binlog, LogTask task, SyncListener listener, long bytes, long sinceNanos) {}

  /**
   * Starts the thread.
   *
   * @param name of the thread
   * @param maxQueuedBytes {@link #submit} refuses what would take the queue beyond this
   */
  public BinlogWriter(String name, long maxQueuedBytes, Clock clock) {
    this(name, maxQueuedBytes, clock, DiskRoom.unlimited(), 1, Optional.empty());
  }

  /**
   * Starts the thread.
   *
   * @param room stays the caller's; told when records wait for room
   * @param syncThreads how many logs are synced at a time
   * @param journal does for the syncs of several logs; is closed with the writer
   */
  public BinlogWriter(
      String name,
      long maxQueuedBytes,
      Clock clock,
      DiskRoom room,
      int syncThreads,
      Optional<Journal> journal) {
    if (maxQueuedBytes < 1) {
      throw new IllegalArgumentException("maxQueuedBytes must be positive");
    }
    this.clock = clock;
    this.room = room;
    this.maxQueuedBytes = maxQueuedBytes;
    this.journal = journal;
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
    return submit(binlog, task, listener, false);
  }

  /**
   * As above, but however full the queue is: for what lets go of files and memory, which would stay
   * taken otherwise.
   *
   * @return false when the writer is closed
   */
  public boolean submitAlways(Binlog binlog, LogTask task, SyncListener listener) {
    return submit(binlog, task, listener, true);
  }

  private boolean submit(Binlog binlog, LogTask task, SyncListener listener, boolean always) {
    long bytes = task.queueBytes();
    synchronized (monitor) {
      boolean full = queuedBytes > 0 && queuedBytes + bytes > maxQueuedBytes;
      if (closing || (full && !always)) {
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
    journal.ifPresent(Journal::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Entry> batch = take();
    while (!batch.isEmpty()) {
      waiting = new WriteRound(batch, room, syncs, journal.orElse(null)).execute();
      room.recordsWait(!waiting.isEmpty());
      finished(batch, waiting);
      batch = take();
    }
  }

  /** What does for the syncs of several logs; empty when each is synced by itself. */
  public Optional<Journal> journal() {
    return journal;
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
}
