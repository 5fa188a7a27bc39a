package io.holdfast.client.call;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer with one daemon thread, started when the first delay is asked for. Thread-safe. */
public final class ThreadTimer implements DelayTimer, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;

  public ThreadTimer() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "holdfast-client-timer");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // The action reports through its own future.
  public void after(long delayMillis, Runnable action) {
    try {
      executor.schedule(action, delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // The action still runs, so that nobody waits for ever; its call will find the client closed.
      action.run();
    }
  }

  @Override
  public void close() {
    for (Runnable waiting : executor.shutdownNow()) {
      waiting.run();
    }
  }
}
