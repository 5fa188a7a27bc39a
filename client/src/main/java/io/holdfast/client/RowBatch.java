package io.holdfast.client;

import io.holdfast.client.call.PutFrames;
import io.holdfast.client.call.Waiting;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * The rows of one batch on their way: so many at a time that the frames stay full, and no more,
 * however many rows there are. When the result is cancelled, or as many rows in a row as may be
 * under way have used up their time in vain, no further ones are begun. Thread-safe.
 */
final class RowBatch {
  /** Below what may be under way to one tablet, and to one partition under names. */
  private static final int MOST_UNDER_WAY = 4_000;

  private final List<Row> rows;
  private final Function<Row, CompletableFuture<WriteResult>> put;
  private final AtomicReferenceArray<RowOutcome> outcomes;
  private final CompletableFuture<BatchResult> result;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  /** Rows that were given up for lack of time since one ended otherwise. */
  private final AtomicInteger inVain = new AtomicInteger();

  /** Not from within itself: rows may end as soon as they begin. */
  private final OneAtATime beginning;

  /** The next row to begin; touched by whoever begins rows. */
  private int next;

  /**
   * @param put begins a row, over {@code frames}
   * @param result told when the last row has ended
   */
  RowBatch(
      List<Row> rows,
      Function<Row, CompletableFuture<WriteResult>> put,
      PutFrames frames,
      CompletableFuture<BatchResult> result) {
    this.rows = List.copyOf(rows);
    this.put = put;
    this.result = result;
    this.outcomes = new AtomicReferenceArray<>(this.rows.size());
    this.beginning = new OneAtATime(() -> frames.gather(this::beginSome));
  }

  void start() {
    if (rows.isEmpty()) {
      result.complete(new BatchResult(List.of()));
    } else {
      beginning.run();
    }
  }

  private void beginSome() {
    while (next < rows.size() && underWay.get() < MOST_UNDER_WAY && !result.isDone()) {
      if (inVain.get() >= MOST_UNDER_WAY) {
        endUnsent();
        return;
      }
      int row = next++;
      underWay.incrementAndGet();
      begin(rows.get(row)).whenComplete((written, failure) -> ended(row, written, failure));
    }
  }

  private CompletableFuture<WriteResult> begin(Row row) {
    try {
      return put.apply(row);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void ended(int row, WriteResult written, Throwable failure) {
    HoldfastException cause = failure == null ? null : Waiting.asHoldfastException(failure);
    outcomes.set(row, cause == null ? RowOutcome.written(written) : RowOutcome.failed(cause));
    if (cause != null && cause.outOfTime()) {
      inVain.incrementAndGet();
    } else {
      inVain.set(0);
    }
    underWay.decrementAndGet();
    if (!completed(1) && !result.isDone()) {
      beginning.run();
    }
  }

  /** Nobody seems to be there: the rest would only have the caller wait. */
  private void endUnsent() {
    int unsent = rows.size() - next;
    HoldfastException failure =
        new UnavailableException(
            ErrorCode.UNAVAILABLE,
            0,
            "",
            "not sent: the "
                + MOST_UNDER_WAY
                + " rows before it used up their time, and none of them was acknowledged",
            true,
            null);
    while (next < rows.size()) {
      outcomes.set(next++, RowOutcome.failed(failure));
    }
    completed(unsent);
  }

  /** So many more have ended; answers whether they were the last ones. */
  private boolean completed(int more) {
    boolean last = ended.addAndGet(more) == rows.size();
    if (last) {
      RowOutcome[] all = new RowOutcome[rows.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = outcomes.get(i);
      }
      result.complete(new BatchResult(List.of(all)));
    }
    return last;
  }
}
