package io.holdfast.tools.load;

import io.holdfast.common.error.Causes;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts operations and how long they took. Thread-safe. */
final class Tally {
  /** Longer ones are counted as this: two minutes, in nanoseconds. */
  private static final long MOST_NANOS = 120_000_000_000L;

  private static final int DIGITS = 3;

  /** Kinds of failures that are told apart; the rest is counted together. */
  private static final int MOST_FAILURES = 20;

  private final Map<OpKind, Recorder> recorders = new EnumMap<>(OpKind.class);
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final LongAdder failed = new LongAdder();
  private final LongAdder done = new LongAdder();

  Tally() {
    for (OpKind kind : OpKind.values()) {
      recorders.put(kind, new Recorder(MOST_NANOS, DIGITS));
    }
  }

  /** An operation has ended. */
  void ended(OpKind kind, long nanos, Throwable failure) {
    if (failure == null) {
      done.increment();
      recorders.get(kind).recordValue(Math.min(Math.max(nanos, 1), MOST_NANOS));
    } else {
      failed.increment();
      String text = kind + ": " + sentence(failure);
      if (failures.size() >= MOST_FAILURES && !failures.containsKey(text)) {
        text = "others";
      }
      failures.computeIfAbsent(text, t -> new LongAdder()).increment();
    }
  }

  /** The first line of the cause, without what differs from one failure to the next. */
  private static String sentence(Throwable failure) {
    Throwable cause = Causes.unwrapped(failure);
    String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    String line = text.lines().findFirst().orElse("");
    return line.replaceAll("\\d+", "#");
  }

  long done() {
    return done.sum();
  }

  long failed() {
    return failed.sum();
  }

  /** How often operations failed, by what was said. */
  Map<String, Long> failures() {
    Map<String, Long> counts = new TreeMap<>();
    failures.forEach((text, count) -> counts.put(text, count.sum()));
    return counts;
  }

  /** The latencies of each kind that came up, in nanoseconds. To be called once, at the end. */
  Map<OpKind, Histogram> latencies() {
    Map<OpKind, Histogram> latencies = new EnumMap<>(OpKind.class);
    recorders.forEach(
        (kind, recorder) -> {
          Histogram histogram = recorder.getIntervalHistogram();
          if (histogram.getTotalCount() > 0) {
            latencies.put(kind, histogram);
          }
        });
    return latencies;
  }
}
