package io.holdfast.common.loop;

import io.holdfast.common.time.Clock;

/** A clock that stands still. */
record FixedClock(long nanoTime) implements Clock {
  @Override
  public long currentTimeMillis() {
    return nanoTime / 1_000_000;
  }
}
