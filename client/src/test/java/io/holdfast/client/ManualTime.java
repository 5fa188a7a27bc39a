package io.holdfast.client;

import io.holdfast.client.call.DelayTimer;
import io.holdfast.common.time.Clock;

/** Time that passes only when it is told to: a delay is over at once, and so much later. */
public final class ManualTime implements Clock, DelayTimer {
  private long nowMillis;

  public void pass(long millis) {
    nowMillis += millis;
  }

  public long nowMillis() {
    return nowMillis;
  }

  @Override
  public long nanoTime() {
    return nowMillis * 1_000_000;
  }

  @Override
  public long currentTimeMillis() {
    return 1_700_000_000_000L + nowMillis;
  }

  @Override
  public void after(long delayMillis, Runnable action) {
    pass(delayMillis);
    action.run();
  }
}
