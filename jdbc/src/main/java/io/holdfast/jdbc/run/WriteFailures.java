package io.holdfast.jdbc.run;

import io.holdfast.common.error.StatusCode;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.link.SqlStates;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;

/** What is said of several writes of which some failed. Stateless. */
final class WriteFailures {
  private WriteFailures() {}

  /** Of two failures the one of which less is known. */
  static SQLException worse(SQLException first, SQLException second) {
    if (first == null) {
      return second;
    }
    return SqlErrors.outcomeUnknown(second) && !SqlErrors.outcomeUnknown(first) ? second : first;
  }

  /** A failure of a statement that was done in part. */
  static SQLException partial(SQLException worst, int done, int all) {
    if (done == 0) {
      return worst;
    }
    // "Failed" would be wrong: rows of it are there.
    return new SQLRecoverableException(
        done
            + " of "
            + all
            + " rows of the statement were written, others not: "
            + worst.getMessage(),
        SqlStates.OUTCOME_UNKNOWN,
        StatusCode.OUTCOME_UNKNOWN.number(),
        worst);
  }
}
