package io.holdfast.tablet.partition;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Carries what became of snapshot work from the background to the loop that owns the replica, in
 * order. As with {@link SyncMailbox} the loop may refuse the task that would collect it, and
 * therefore looks in at every tick.
 */
final class SnapshotMailbox {
  /** Something that the loop has to do or to pass on. */
  @FunctionalInterface
  interface Event {
    void deliver(SnapshotReports reports);
  }

  private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean posted = new AtomicBoolean();
  private final Executor loop;
  private volatile Runnable collector = () -> {};

  SnapshotMailbox(Executor loop) {
    this.loop = loop;
  }

  /** Sets what runs on the loop when something has come. */
  void onArrival(Runnable newCollector) {
    collector = newCollector;
  }

  /** Leaves an event, from any thread. */
  void post(Event event) {
    events.add(event);
    if (posted.compareAndSet(false, true)) {
      try {
        loop.execute(
            () -> {
              posted.set(false);
              collector.run();
            });
      } catch (RejectedExecutionException full) {
        // The next tick will look.
        posted.set(false);
      }
    }
  }

  /** Whether there is anything to collect. */
  boolean isEmpty() {
    return events.isEmpty();
  }

  /** On the loop: delivers everything that has come. */
  void collect(SnapshotReports reports) {
    for (Event event = events.poll(); event != null; event = events.poll()) {
      event.deliver(reports);
    }
  }
}
