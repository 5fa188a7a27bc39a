package io.holdfast.tablet.query;

import io.holdfast.common.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** How long a query may still go on, and what it has cost so far. Thread-safe. */
final class QueryLife {
  private final Clock clock;
  private final long beganNanos;
  private final long limitMillis;
  private final LongAdder pages = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private volatile QueryFailure end;
  private volatile String trouble = "";

  QueryLife(Clock clock, long limitMillis) {
    this.clock = clock;
    this.limitMillis = limitMillis;
    this.beganNanos = clock.nanoTime();
  }

  /** How long it has been going on. */
  long nanos() {
    return clock.nanoTime() - beganNanos;
  }

  /** What is left of its time; not positive when nothing is. */
  Duration left() {
    return Duration.ofMillis(limitMillis).minusNanos(nanos());
  }

  /** Ends it: nothing more is to be begun for it. */
  void end(QueryFailure reason) {
    end = reason;
  }

  /** Why nothing more is to be begun for it; null when it may go on. */
  QueryFailure whyOver() {
    QueryFailure ended = end;
    if (ended != null) {
      return ended;
    }
    Duration left = left();
    return left.isNegative() || left.isZero() ? timedOut(trouble) : null;
  }

  /** What it waits for although it should not; empty when nothing is known to be wrong. */
  void waitsFor(String what) {
    trouble = what;
  }

  private QueryFailure timedOut(String cause) {
    return new QueryFailure(
        QueryFailure.Kind.TIMED_OUT,
        "the query was given up after "
            + limitMillis
            + " ms"
            + (cause.isEmpty()
                ? "; ask for less at a time, or raise sql_timeout_millis"
                : "; it waited for this: " + cause));
  }

  void count(int pageRows) {
    pages.increment();
    rows.add(pageRows);
  }

  long pages() {
    return pages.sum();
  }

  long rows() {
    return rows.sum();
  }
}
