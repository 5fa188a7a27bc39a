package io.holdfast.client;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Something that several threads want done, also from within itself, and that only one does at a
 * time: who comes meanwhile leaves it to that one, which then does it once more. Thread-safe; never
 * blocks.
 */
final class OneAtATime {
  private final Runnable work;

  /** How often it was wanted since somebody began to do it. */
  private final AtomicInteger wishes = new AtomicInteger();

  OneAtATime(Runnable work) {
    this.work = work;
  }

  /** Has it done after this call has begun, by this thread or by the one that is at it. */
  void run() {
    if (wishes.getAndIncrement() > 0) {
      return;
    }
    int seen = 1;
    while (seen > 0) {
      work.run();
      seen = wishes.addAndGet(-seen);
    }
  }
}
