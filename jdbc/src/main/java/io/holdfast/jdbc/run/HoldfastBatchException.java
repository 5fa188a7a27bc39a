package io.holdfast.jdbc.run;

import io.holdfast.common.error.StatusCode;
import io.holdfast.jdbc.link.SqlStates;
import java.sql.BatchUpdateException;
import java.util.Comparator;
import java.util.List;

/**
 * Some rows of a batch were not written. The update counts have one number for each row, {@code
 * EXECUTE_FAILED} for those that failed, whatever their place; the failures say of which of them it
 * is not known whether they were written. The exceptions of the rows follow as next exceptions.
 */
public final class HoldfastBatchException extends BatchUpdateException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 5;

  private final transient List<BatchFailure> failures;

  private HoldfastBatchException(
      String message, String state, int code, long[] counts, List<BatchFailure> failures) {
    super(message, state, code, counts, failures.get(0).cause());
    this.failures = List.copyOf(failures);
    failures.forEach(failure -> setNextException(failure.cause()));
  }

  static HoldfastBatchException of(List<BatchFailure> unordered, long[] counts) {
    List<BatchFailure> failures =
        unordered.stream().sorted(Comparator.comparingInt(BatchFailure::position)).toList();
    long unknown = failures.stream().filter(BatchFailure::outcomeUnknown).count();
    StringBuilder message = new StringBuilder();
    message.append(failures.size()).append(" of ").append(counts.length);
    message.append(" rows of the batch failed, and ").append(unknown);
    message.append(" of these may have been written all the same");
    for (BatchFailure failure : failures.subList(0, Math.min(SHOWN, failures.size()))) {
      message.append("; row ").append(failure.position());
      message.append(failure.outcomeUnknown() ? " (may be written): " : ": ");
      message.append(failure.cause().getMessage());
    }
    if (failures.size() > SHOWN) {
      message.append("; and ").append(failures.size() - SHOWN).append(" more");
    }
    BatchFailure first = failures.get(0);
    return new HoldfastBatchException(
        message.toString(),
        unknown > 0 ? SqlStates.OUTCOME_UNKNOWN : first.cause().getSQLState(),
        unknown > 0 ? StatusCode.OUTCOME_UNKNOWN.number() : first.cause().getErrorCode(),
        counts,
        failures);
  }

  /** The rows that failed, in order; empty after the exception was serialized. */
  public List<BatchFailure> failures() {
    return failures == null ? List.of() : failures;
  }
}
