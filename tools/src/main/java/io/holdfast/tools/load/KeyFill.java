package io.holdfast.tools.load;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/** Puts every key once. */
final class KeyFill {
  /** One could not be put; the message says why. */
  static final class FillException extends Exception {
    private static final long serialVersionUID = 1L;

    FillException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final long SAY_EVERY = 100_000;

  private final LoadTarget target;
  private final long keys;
  private final int inFlight;

  KeyFill(LoadTarget target, long keys, int inFlight) {
    this.target = target;
    this.keys = keys;
    this.inFlight = inFlight;
  }

  /**
   * Returns when all are there.
   *
   * @param progress hears now and then how many were sent
   */
  void run(LongConsumer progress) throws InterruptedException, FillException {
    Semaphore free = new Semaphore(inFlight);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (long i = 0; i < keys && failure.get() == null; i++) {
      free.acquire();
      target
          .start(OpKind.PUT, KeyChoice.key(i))
          .whenComplete(
              (answer, failed) -> {
                if (failed != null) {
                  failure.compareAndSet(null, failed);
                }
                free.release();
              });
      if ((i + 1) % SAY_EVERY == 0) {
        progress.accept(i + 1);
      }
    }
    free.acquire(inFlight);
    if (failure.get() != null) {
      throw new FillException(
          "the keys could not all be put: " + failure.get().getMessage(), failure.get());
    }
  }
}
