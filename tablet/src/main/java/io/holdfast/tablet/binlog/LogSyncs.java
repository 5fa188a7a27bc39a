package io.holdfast.tablet.binlog;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Syncs several logs at a time: a disk that is asked for many syncs does them in little more time
 * than one. One thread calls; while it does, nobody else touches the logs.
 */
final class LogSyncs implements AutoCloseable {
  private static final long IDLE_SECONDS = 60;

  /** Told of each log once it is synced, on the thread that asked. */
  @FunctionalInterface
  interface Told {
    /**
     * @param failure why it is not; null when it is
     */
    void synced(Binlog log, Throwable failure);
  }

  private record Outcome(Binlog log, Throwable failure) {}

  private final int threads;
  private final ExecutorService pool;

  /**
   * @param name of the threads; they end when they are not needed for a while
   * @param threads how many logs are synced at a time
   */
  LogSyncs(String name, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be positive, not " + threads);
    }
    this.threads = threads;
    this.pool = threads == 1 ? null : pool(name, threads);
  }

  private static ExecutorService pool(String name, int threads) {
    AtomicInteger numbers = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-" + numbers.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  int threads() {
    return threads;
  }

  /** Returns when all are synced, or have failed. */
  void all(Collection<Binlog> logs, Told told) {
    if (pool == null || logs.size() == 1) {
      for (Binlog log : logs) {
        told.synced(log, sync(log));
      }
      return;
    }
    LinkedBlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    for (Binlog log : logs) {
      try {
        pool.execute(() -> outcomes.add(new Outcome(log, sync(log))));
      } catch (OutOfMemoryError e) {
        // There is no thread to be had; the writer must not end for that.
        outcomes.add(new Outcome(log, sync(log)));
      }
    }
    boolean interrupted = false;
    for (int left = logs.size(); left > 0; ) {
      try {
        Outcome outcome = outcomes.take();
        told.synced(outcome.log(), outcome.failure());
        left--;
      } catch (InterruptedException e) {
        // What was begun is seen to its end; the interrupt is passed on afterwards.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why a log is not synced; null when it is. */
  private static Throwable sync(Binlog log) {
    try {
      log.sync();
      return null;
    } catch (IOException | RuntimeException | Error e) {
      return e;
    }
  }

  /** Ends the threads; nothing may be asked any more. */
  @Override
  public void close() {
    if (pool != null) {
      pool.shutdown();
    }
  }
}
