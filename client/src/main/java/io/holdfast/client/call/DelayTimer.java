package io.holdfast.client.call;

/** Runs something later. Thread-safe. */
@FunctionalInterface
public interface DelayTimer {
  /** Runs the action once, about so many milliseconds from now, on a thread of the timer. */
  void after(long delayMillis, Runnable action);
}
