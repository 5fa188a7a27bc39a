package io.holdfast.jdbc.run;

import io.holdfast.common.error.StatusCode;
import io.holdfast.jdbc.link.SqlStates;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/**
 * Some rows of a batch were not written. The update counts have one number for each row, {@code
 * EXECUTE_FAILED} for those that failed, whatever their place; the failures say of which of them it
 * is not known whether they were written, and which were not sent. The exceptions of the rows
 * follow as next exceptions.
 */
public final class HoldfastBatchException extends BatchUpdateException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 5;

  private final transient List<BatchFailure> failures;

  private HoldfastBatchException(
      String message, String state, int code, long[] counts, List<BatchFailure> failures) {
    super(message, state, code, counts, failures.get(0).cause());
    this.failures = List.copyOf(failures);
    SQLException last = this;
    for (BatchFailure failure : failures) {
      // Rows that were not sent share one; and each is put behind the last, not searched for.
      if (failure.cause() != last && failure.cause().getNextException() == null) {
        last.setNextException(failure.cause());
        last = failure.cause();
      }
    }
  }

  static HoldfastBatchException of(List<BatchFailure> unordered, long[] counts) {
    List<BatchFailure> failures =
        unordered.stream().sorted(Comparator.comparingInt(BatchFailure::position)).toList();
    long unknown = failures.stream().filter(BatchFailure::outcomeUnknown).count();
    BatchFailure first = failures.get(0);
    return new HoldfastBatchException(
        message(failures, counts.length),
        unknown > 0 ? SqlStates.OUTCOME_UNKNOWN : first.cause().getSQLState(),
        unknown > 0 ? StatusCode.OUTCOME_UNKNOWN.number() : first.cause().getErrorCode(),
        counts,
        failures);
  }

  private static String message(List<BatchFailure> failures, int all) {
    List<BatchFailure> sent = failures.stream().filter(failure -> !failure.notSent()).toList();
    List<Integer> notSent =
        failures.stream().filter(BatchFailure::notSent).map(BatchFailure::position).toList();
    long unknown = sent.stream().filter(BatchFailure::outcomeUnknown).count();
    StringBuilder message = new StringBuilder();
    message.append("of ").append(all).append(" rows of the batch ");
    message.append(all - failures.size()).append(" are done, ");
    message.append(sent.size()).append(" failed, and ").append(unknown);
    message.append(" of these may have been written all the same");
    if (!notSent.isEmpty()) {
      message.append("; ").append(notSent.size()).append(" were not sent: rows ");
      message.append(Ranges.of(notSent, SHOWN));
    }
    for (BatchFailure failure : sent.subList(0, Math.min(SHOWN, sent.size()))) {
      message.append("; row ").append(failure.position());
      message.append(failure.outcomeUnknown() ? " (may be written): " : ": ");
      message.append(failure.cause().getMessage());
    }
    if (sent.size() > SHOWN) {
      message.append("; and ").append(sent.size() - SHOWN).append(" more");
    }
    return message.toString();
  }

  /** The rows that failed, in order; empty after the exception was serialized. */
  public List<BatchFailure> failures() {
    return failures == null ? List.of() : failures;
  }
}
