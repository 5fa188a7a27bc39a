package io.holdfast.jdbc.run;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/**
 * Executes a batch of different statements one after the other, each when the one before it has
 * ended. One that fails does not keep the others from being executed. When time is over, or the
 * call is cancelled or interrupted, no more are. For one thread.
 */
public final class TextBatch {
  private final Runner runner;
  private final CallScope scope;

  public TextBatch(Session session, CallScope scope) {
    this.runner = new Runner(session);
    this.scope = scope;
  }

  /**
   * Executes statements.
   *
   * @return how many rows each has written, or {@code SUCCESS_NO_INFO}
   * @throws HoldfastBatchException when some have failed
   */
  public long[] run(List<String> texts) throws SQLException {
    long[] counts = new long[texts.size()];
    Arrays.fill(counts, Statement.EXECUTE_FAILED);
    BatchFailures failures = new BatchFailures(scope);
    for (int i = 0; i < counts.length; i++) {
      if (failures.isTooLateFor(i)) {
        continue;
      }
      try {
        counts[i] = one(texts.get(i));
      } catch (SQLException e) {
        failures.failed(i, e);
      }
    }
    return failures.checked(counts);
  }

  private long one(String text) throws SQLException {
    ParsedSql sql = ParsedSql.of(text);
    if (sql.isQuery()) {
      throw SqlErrors.invalid("a batch cannot have statements that answer with rows");
    }
    if (sql.parameterCount() > 0) {
      throw SqlErrors.invalid("the statement has question marks; use prepareStatement");
    }
    return runner.run(sql, List.of(), scope).count();
  }
}
