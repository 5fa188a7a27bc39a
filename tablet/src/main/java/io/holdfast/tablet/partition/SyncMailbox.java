package io.holdfast.tablet.partition;

import io.holdfast.tablet.binlog.Binlog;
import io.holdfast.tablet.binlog.SyncListener;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Carries one log's reports from the disk's thread to the loop that owns the log. Only the newest
 * report is kept, for it includes those before it; so a burst of them costs the loop one task.
 *
 * <p>The loop's queue may refuse that task when it is full. The loop therefore looks in at every
 * tick, too: a report that got lost would hold the partition's commits up until the next write.
 */
final class SyncMailbox implements SyncListener {
  /** Token of a task whose success nobody waits for. */
  static final long SILENT = -1;

  /** The log of a generation is durable up to an offset. */
  record Synced(long generation, long offset) {}

  private final AtomicReference<Synced> synced = new AtomicReference<>();
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final AtomicBoolean posted = new AtomicBoolean();
  private final Executor loop;
  private volatile Runnable collector = () -> {};

  SyncMailbox(Executor loop) {
    this.loop = loop;
  }

  /** Sets what runs on the loop when something has come. */
  void onArrival(Runnable newCollector) {
    collector = newCollector;
  }

  @Override
  public void onSynced(Binlog binlog, long token, long lastOffset) {
    if (token != SILENT) {
      synced.set(new Synced(token, lastOffset));
      post();
    }
  }

  @Override
  public void onFailed(Binlog binlog, long token, IOException cause) {
    if (failure.compareAndSet(null, cause)) {
      post();
    }
  }

  private void post() {
    if (posted.compareAndSet(false, true)) {
      try {
        loop.execute(this::collect);
      } catch (RejectedExecutionException full) {
        // The next tick will look.
        posted.set(false);
      }
    }
  }

  private void collect() {
    posted.set(false);
    collector.run();
  }

  /** The newest report since the last call, or null. */
  Synced takeSynced() {
    return synced.get() == null ? null : synced.getAndSet(null);
  }

  /** Why the log is dead; null while it lives. */
  IOException failure() {
    return failure.get();
  }
}
