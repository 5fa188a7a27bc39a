package io.holdfast.common.loop;

import io.holdfast.common.error.FaultHandler;
import io.holdfast.common.time.Clock;
import io.holdfast.common.time.SystemClock;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * One thread that owns some state, and a bounded queue through which everybody else asks it to act.
 *
 * <p>The thread works in turns. A turn runs a bounded batch of waiting tasks, then the periodic
 * tick if it is due, and last the end-of-turn hook, where a driver sends what the batch produced as
 * one piece. With nothing to do the thread is parked until a task comes or the next tick is due; it
 * never spins.
 *
 * <p>What a task, tick or hook throws goes to the {@link FaultHandler} and the loop goes on:
 * whether a fault is fatal is for the handler to decide.
 */
public final class EventLoop implements AutoCloseable {
  /** Bounds a turn, so that a full queue cannot hold up the tick or the sending. */
  private static final int MAX_TASKS_PER_TURN = 1024;

  private static final LongConsumer NO_TICK = now -> {};
  private static final Runnable NO_HOOK = () -> {};

  private final String name;
  private final TaskQueue queue;
  private final long tickNanos;
  private final LongConsumer tick;
  private final Runnable endOfTurn;
  private final FaultHandler faults;
  private final Clock clock;
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private volatile boolean isParked;
  private long nextTickNanos;

  private EventLoop(Builder builder) {
    name = builder.name;
    queue = new TaskQueue(builder.capacity);
    tickNanos = builder.tickNanos;
    tick = builder.tick;
    endOfTurn = builder.endOfTurn;
    faults = builder.faults;
    clock = builder.clock;
    nextTickNanos = clock.nanoTime() + tickNanos;
    thread = new Thread(this::run, name);
    thread.setDaemon(builder.isDaemon);
  }

  /**
   * Describes a loop.
   *
   * @param name of the thread, for logs and stack dumps
   * @param faults told of every exception
   */
  public static Builder named(String name, FaultHandler faults) {
    return new Builder(name, faults);
  }

  /**
   * Asks the loop to run a task. Any thread, the loop's own included; tasks of one thread run in
   * order.
   *
   * @return false if the task was refused because the queue is full or the loop is closed. A task
   *     that was taken will run, also when the loop is closed right afterwards
   */
  public boolean execute(Runnable task) {
    Objects.requireNonNull(task);
    if (!queue.offer(task)) {
      return false;
    }
    wake();
    return true;
  }

  /** Whether the caller is the loop's thread. */
  public boolean isInLoop() {
    return Thread.currentThread() == thread;
  }

  /**
   * Asserts that the caller is the loop's thread. Drivers call it first in every method.
   *
   * @throws IllegalStateException if it is another thread
   */
  public void assertInLoop() {
    if (!isInLoop()) {
      throw new IllegalStateException(
          Thread.currentThread().getName() + " must not touch what " + name + " owns");
    }
  }

  public String name() {
    return name;
  }

  /**
   * Refuses further tasks, runs those that were taken, and waits for the thread to end. Called by
   * the loop's own thread it does not wait: the loop ends after the tasks that are in the queue.
   *
   * <p>A caller that is interrupted while waiting returns with its interrupt flag set; the loop
   * ends all the same.
   */
  @Override
  public void close() {
    queue.close();
    wake();
    if (isInLoop()) {
      return;
    }
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void wake() {
    if (isParked) {
      // Cleared here, too, so that of a burst of producers only the first pays for the wake-up.
      isParked = false;
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    try {
      while (!queue.isDrained()) {
        if (!turn(clock.nanoTime())) {
          park();
        }
      }
    } finally {
      stopped.countDown();
    }
  }

  /**
   * One turn.
   *
   * @return whether anything was done; if not, the thread may park
   */
  boolean turn(long nowNanos) {
    boolean isBusy = false;
    for (int i = 0; i < MAX_TASKS_PER_TURN; i++) {
      Runnable task = queue.poll();
      if (task == null) {
        break;
      }
      isBusy = true;
      guard("task", task);
    }
    if (tick != NO_TICK && nowNanos - nextTickNanos >= 0) {
      isBusy = true;
      // Counted from now, not from when it was due: a thread that was held up has nothing to catch
      // up with, and a burst of ticks would only hold it up further.
      nextTickNanos = nowNanos + tickNanos;
      try {
        tick.accept(nowNanos);
      } catch (Throwable fault) {
        report("tick", fault);
      }
    }
    if (isBusy) {
      guard("end of turn", endOfTurn);
    }
    return isBusy;
  }

  private void park() {
    // First the mark, then a last look: a producer does the two the other way round, so at least
    // one of the two threads sees the other.
    isParked = true;
    if (!queue.hasTask() && !queue.isClosed()) {
      if (tick == NO_TICK) {
        LockSupport.park(this);
      } else {
        long nanos = nextTickNanos - clock.nanoTime();
        if (nanos > 0) {
          LockSupport.parkNanos(this, nanos);
        }
      }
    }
    isParked = false;
    // A pending interrupt would turn every later park into a busy loop. Nobody interrupts this
    // thread to say something; close() does that.
    boolean unused = Thread.interrupted();
  }

  private void guard(String what, Runnable work) {
    try {
      work.run();
    } catch (Throwable fault) {
      report(what, fault);
    }
  }

  private void report(String what, Throwable fault) {
    try {
      faults.handle(name + ": " + what, fault);
    } catch (Throwable broken) {
      // Last resort: without it the fault and the thread would both vanish silently.
      fault.addSuppressed(broken);
      thread.getThreadGroup().uncaughtException(thread, fault);
    }
  }

  /** Collects what a loop is made of. */
  public static final class Builder {
    private final String name;
    private final FaultHandler faults;
    private int capacity = 64 * 1024;
    private boolean isDaemon;
    private long tickNanos = Long.MAX_VALUE;
    private LongConsumer tick = NO_TICK;
    private Runnable endOfTurn = NO_HOOK;
    private Clock clock = SystemClock.INSTANCE;

    private Builder(String name, FaultHandler faults) {
      this.name = Objects.requireNonNull(name);
      this.faults = Objects.requireNonNull(faults);
    }

    /** How many tasks may wait; rounded up to a power of two. 65536 unless told. */
    public Builder capacity(int tasks) {
      capacity = tasks;
      return this;
    }

    /** Lets the process end while the loop is running. It does not unless told. */
    public Builder daemon(boolean isDaemon) {
      this.isDaemon = isDaemon;
      return this;
    }

    /**
     * Calls back periodically, for the first time one period after the start.
     *
     * @param periodNanos time from one call to the next; late calls are not made up for
     * @param tick is given the clock's monotonic time
     */
    public Builder tick(long periodNanos, LongConsumer tick) {
      if (periodNanos <= 0) {
        throw new IllegalArgumentException("the period must be positive: " + periodNanos);
      }
      tickNanos = periodNanos;
      this.tick = Objects.requireNonNull(tick);
      return this;
    }

    /** Runs at the end of every turn that did something. */
    public Builder endOfTurn(Runnable hook) {
      endOfTurn = Objects.requireNonNull(hook);
      return this;
    }

    /** The clock that ticks are measured by; the machine's unless told. */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock);
      return this;
    }

    /** Makes the loop and starts its thread. */
    public EventLoop start() {
      EventLoop loop = notStarted();
      loop.thread.start();
      return loop;
    }

    /** A loop without its thread running, for tests that take the turns themselves. */
    EventLoop notStarted() {
      return new EventLoop(this);
    }
  }
}
