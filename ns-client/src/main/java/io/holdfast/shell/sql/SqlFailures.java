package io.holdfast.shell.sql;

import io.holdfast.shell.ExitCode;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;

/** What a failed statement means for the exit code. Stateless. */
final class SqlFailures {
  private static final String OUTCOME_UNKNOWN = "08007";
  private static final String CONNECTION = "08";
  private static final String NO_TABLE = "42S02";
  private static final String NO_DATABASE = "3F000";

  private SqlFailures() {}

  static ExitCode exitCode(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    if (failure instanceof SQLTimeoutException || state.equals(OUTCOME_UNKNOWN)) {
      return ExitCode.TIMED_OUT;
    }
    if (state.startsWith(CONNECTION)) {
      return ExitCode.UNREACHABLE;
    }
    return state.equals(NO_TABLE) || state.equals(NO_DATABASE)
        ? ExitCode.NOT_FOUND
        : ExitCode.FAILED;
  }
}
