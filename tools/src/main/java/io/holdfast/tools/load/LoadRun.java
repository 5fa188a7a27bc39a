package io.holdfast.tools.load;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Puts load on a target until it is told to stop.
 *
 * <p>In a closed loop each of so many operations under way is followed by the next as soon as it
 * ends. At a fixed rate operations are due at fixed times, and latency counts from when an
 * operation was due: if the target stands still, those that could not even be started have waited,
 * too (<a href="https://www.azul.com/files/HowNotToMeasureLatency_LLSummit_NYC_12Nov2013.pdf">
 * coordinated omission</a>).
 */
final class LoadRun {
  private final LoadTarget target;
  private final OpMix mix;
  private final KeyChoice keys;
  private final int inFlight;
  private final Semaphore free;
  private volatile Tally tally = new Tally();
  private volatile boolean stopping;

  LoadRun(LoadTarget target, OpMix mix, KeyChoice keys, int inFlight) {
    this.target = target;
    this.mix = mix;
    this.keys = keys;
    this.inFlight = inFlight;
    this.free = new Semaphore(inFlight);
  }

  /** From now on operations are counted anew: what has ended before is forgotten. */
  Tally countAnew() {
    Tally old = tally;
    tally = new Tally();
    return old;
  }

  Tally tally() {
    return tally;
  }

  /** Starts the closed loop; returns at once. */
  void startClosed(long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < inFlight; i++) {
      SplittableRandom random = seeds.split();
      free.acquireUninterruptibly();
      next(random);
    }
  }

  /** Goes on until an operation is really under way; its end goes on in turn. */
  private void next(SplittableRandom random) {
    while (!stopping) {
      long start = System.nanoTime();
      OpKind kind = mix.pick(random);
      CompletableFuture<?> operation = start(kind, keys.next(random));
      if (!operation.isDone()) {
        operation.whenComplete(
            (answer, failure) -> {
              tally.ended(kind, System.nanoTime() - start, failure);
              next(random);
            });
        return;
      }
      // Not by its callback, or the stack would grow with every operation that ends at once.
      tally.ended(kind, System.nanoTime() - start, failureOf(operation));
    }
    free.release();
  }

  /**
   * Runs at a fixed rate on the thread that calls, until told to stop.
   *
   * @param perSecond how many operations are due in a second
   */
  void runPaced(long perSecond, long seed, BooleanSupplier goesOn) {
    SplittableRandom random = new SplittableRandom(seed);
    long begin = System.nanoTime();
    for (long i = 0; goesOn.getAsBoolean() && !Thread.currentThread().isInterrupted(); i++) {
      long due = begin + (long) (i * (1e9 / perSecond));
      long wait = due - System.nanoTime();
      while (wait > 0 && goesOn.getAsBoolean()) {
        LockSupport.parkNanos(Math.min(wait, 1_000_000));
        wait = due - System.nanoTime();
      }
      if (!acquire(goesOn)) {
        return;
      }
      OpKind kind = mix.pick(random);
      start(kind, keys.next(random))
          .whenComplete(
              (answer, failure) -> {
                free.release();
                tally.ended(kind, System.nanoTime() - due, failure);
              });
    }
  }

  private boolean acquire(BooleanSupplier goesOn) {
    try {
      while (!free.tryAcquire(10, TimeUnit.MILLISECONDS)) {
        if (!goesOn.getAsBoolean()) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private CompletableFuture<?> start(OpKind kind, String key) {
    try {
      return target.start(kind, key);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Throwable failureOf(CompletableFuture<?> ended) {
    return ended.handle((answer, failure) -> failure).join();
  }

  /**
   * Begins no other operations and waits for those under way.
   *
   * @return whether all have ended in time
   */
  boolean stop(Duration patience) throws InterruptedException {
    stopping = true;
    return free.tryAcquire(inFlight, patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
