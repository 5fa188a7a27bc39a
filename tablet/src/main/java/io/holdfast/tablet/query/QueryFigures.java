package io.holdfast.tablet.query;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of queries, and what they read. Thread-safe. */
public final class QueryFigures {
  /** How a query ended. */
  enum Outcome {
    OK,
    /** It is wrong, or asks for more than one may. */
    REFUSED,
    /** Rows could not be read, or something broke. */
    FAILED,
    TIMED_OUT,
    /** Whoever asked is gone. */
    CANCELLED,
    /** As many as may be ran already. */
    BUSY
  }

  private final Map<Outcome, LongAdder> ended = new EnumMap<>(Outcome.class);
  private final LongAdder rows = new LongAdder();
  private final LongAdder pages = new LongAdder();

  QueryFigures() {
    for (Outcome outcome : Outcome.values()) {
      ended.put(outcome, new LongAdder());
    }
  }

  void ended(Outcome outcome, QueryLife life) {
    ended.get(outcome).increment();
    rows.add(life.rows());
    pages.add(life.pages());
  }

  void busy() {
    ended.get(Outcome.BUSY).increment();
  }

  /** Queries by how they ended, in lower case. */
  public Map<String, Double> byOutcome() {
    Map<String, Double> counts = new TreeMap<>();
    ended.forEach(
        (outcome, count) ->
            counts.put(outcome.name().toLowerCase(Locale.ROOT), (double) count.sum()));
    return counts;
  }

  /** Rows that partitions gave to queries that have ended. */
  public long rowsScanned() {
    return rows.sum();
  }

  /** Pages that they were read in. */
  public long pages() {
    return pages.sum();
  }
}
