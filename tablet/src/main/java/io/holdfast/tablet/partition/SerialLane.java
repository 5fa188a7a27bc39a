package io.holdfast.tablet.partition;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what it is given one after the other, in turn with other lanes on the same threads: after
 * each task the next lane has its chance, so that a long queue of one does not hold up the others.
 * Thread-safe.
 */
final class SerialLane implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(SerialLane.class);

  private final Executor threads;
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
  private boolean running;

  SerialLane(Executor threads) {
    this.threads = threads;
  }

  /** Queues a task. When the threads have been stopped it is forgotten. */
  @Override
  public void execute(Runnable task) {
    synchronized (queue) {
      queue.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    handOver();
  }

  /** Work that may fail. */
  interface Step {
    void run() throws IOException;
  }

  /**
   * Queues a step whose outcome somebody waits for.
   *
   * @param failed told on the same thread why it failed, whatever it failed by: someone who is
   *     never told would wait for ever
   */
  void attempt(Step step, Consumer<String> failed) {
    execute(
        () -> {
          String problem = null;
          try {
            step.run();
          } catch (IOException | RuntimeException e) {
            problem = e.toString();
          } catch (Error e) {
            LOG.error("a task in the background failed", e);
            problem = e.toString();
          }
          if (problem != null) {
            failed.accept(problem);
          }
        });
  }

  private void handOver() {
    try {
      threads.execute(this::runOne);
    } catch (RejectedExecutionException stopped) {
      synchronized (queue) {
        queue.clear();
        running = false;
      }
    }
  }

  private void runOne() {
    Runnable task;
    synchronized (queue) {
      task = queue.removeFirst();
    }
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a task in the background failed", e);
    }
    synchronized (queue) {
      if (queue.isEmpty()) {
        running = false;
        return;
      }
    }
    handOver();
  }
}
