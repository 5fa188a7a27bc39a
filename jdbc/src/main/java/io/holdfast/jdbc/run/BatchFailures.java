package io.holdfast.jdbc.run;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.run.BatchFailure.Fate;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What of a batch has failed so far, and why. For one thread. */
final class BatchFailures {
  private final CallScope scope;
  private final List<BatchFailure> failures = new ArrayList<>();

  /** One for all that are not sent; made when the first is not, and says why then. */
  private SQLException notSent;

  BatchFailures(CallScope scope) {
    this.scope = scope;
  }

  /** Whether this one is not to be begun any more, which is then noted. */
  boolean isTooLateFor(int position) {
    if (!scope.isOver()) {
      return false;
    }
    if (notSent == null) {
      notSent = SqlErrors.notSent(scope);
    }
    failures.add(new BatchFailure(position, Fate.NOT_SENT, notSent));
    return true;
  }

  /** It could not be begun, so nothing of it is written. */
  void notBegun(int position, SQLException cause) {
    failures.add(new BatchFailure(position, scope.isOver() ? Fate.NOT_SENT : Fate.REFUSED, cause));
  }

  /** It was begun and has failed. */
  void failed(int position, SQLException cause) {
    Fate fate = SqlErrors.outcomeUnknown(cause) ? Fate.UNKNOWN : Fate.REFUSED;
    failures.add(new BatchFailure(position, fate, cause));
  }

  /**
   * Returns how many rows each has written.
   *
   * @throws HoldfastBatchException when some have failed
   */
  long[] checked(long[] counts) throws HoldfastBatchException {
    if (!failures.isEmpty()) {
      throw HoldfastBatchException.of(failures, counts);
    }
    return counts;
  }
}
