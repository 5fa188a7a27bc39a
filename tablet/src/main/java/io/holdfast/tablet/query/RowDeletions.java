package io.holdfast.tablet.query;

import io.holdfast.common.error.Causes;
import io.holdfast.common.error.StatusCode;
import io.holdfast.common.time.Clock;
import io.holdfast.tablet.rpc.WholeRowDeleter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The deletions that go over several partitions and are under way. Thread-safe. */
final class RowDeletions implements WholeRowDeleter {
  /** Less than OpenMLDB's clients wait. */
  private static final long LIMIT_MILLIS = 18_000;

  private static final int MOST = 64;

  private static final Logger LOG = LoggerFactory.getLogger(RowDeletions.class);

  private final QueryParts parts;
  private final Clock clock;
  private final AtomicInteger count = new AtomicInteger();

  RowDeletions(QueryParts parts, Clock clock) {
    this.parts = parts;
    this.clock = clock;
  }

  @Override
  public void delete(Task task, BiConsumer<Long, Failure> done) {
    if (count.incrementAndGet() > MOST) {
      count.decrementAndGet();
      done.accept(
          0L,
          new Failure(StatusCode.BUSY, MOST + " deletions over partitions are under way already"));
      return;
    }
    QueryLife life = new QueryLife(clock, LIMIT_MILLIS);
    var unused =
        new RowDeletion(parts, life, task)
            .run()
            .whenComplete(
                (offset, failure) -> {
                  count.decrementAndGet();
                  if (failure == null) {
                    done.accept(offset, null);
                  } else {
                    done.accept(0L, failure(Causes.unwrapped(failure)));
                  }
                });
  }

  private static Failure failure(Throwable cause) {
    if (cause instanceof QueryFailure failure && failure.kind() == QueryFailure.Kind.NOT_BEGUN) {
      return new Failure(StatusCode.NOT_READY, failure.getMessage());
    }
    if (!(cause instanceof QueryFailure)) {
      LOG.error("a deletion failed", cause);
    }
    return new Failure(
        StatusCode.OUTCOME_UNKNOWN,
        cause.getMessage()
            + "; the rows that were deleted are gone from all indexes, and whoever sends it again"
            + " deletes the rest");
  }
}
