package io.holdfast.jdbc.link;

import java.time.Duration;

/** Until when a call is of use, with all that it does. Immutable and thread-safe. */
public final class Deadline {
  private final long startNanos;
  private final Duration budget;

  private Deadline(Duration budget) {
    this.startNanos = System.nanoTime();
    this.budget = budget;
  }

  /** So long from now. */
  public static Deadline in(Duration budget) {
    return new Deadline(budget);
  }

  /** What is left; zero when it is over. */
  public Duration remaining() {
    Duration left = budget.minusNanos(System.nanoTime() - startNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  public boolean isOver() {
    return remaining().isZero();
  }

  /** All that there was. */
  public Duration budget() {
    return budget;
  }
}
