package io.holdfast.jdbc.run;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.value.Parameter;
import io.holdfast.sql.ast.Statement.Delete;
import io.holdfast.sql.ast.Statement.Insert;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Executes one writing statement with many rows of parameters. A bounded number of them are under
 * way at once; a row that fails does not keep the others from being written. When time is over, or
 * the call is cancelled or interrupted, no more are sent. For one thread.
 */
public final class Batch {
  private record Sent(int position, Pending pending) {}

  private final Session session;
  private final CallScope scope;
  private final Deque<Sent> underWay = new ArrayDeque<>();
  private final BatchFailures failures;
  private long[] counts;

  public Batch(Session session, CallScope scope) {
    this.session = session;
    this.scope = scope;
    this.failures = new BatchFailures(scope);
  }

  /**
   * Executes the statement once for each row.
   *
   * @return how many rows each has written, or {@code SUCCESS_NO_INFO}
   * @throws HoldfastBatchException when some have failed
   */
  public long[] run(ParsedSql sql, List<List<Parameter>> rows) throws SQLException {
    new Runner(session).check(sql);
    Writes writes = writes(sql);
    counts = new long[rows.size()];
    Arrays.fill(counts, Statement.EXECUTE_FAILED);
    for (int i = 0; i < rows.size(); i++) {
      while (underWay.size() >= session.batchWindow()) {
        finish(underWay.remove());
      }
      if (!failures.isTooLateFor(i)) {
        start(writes, i, rows.get(i));
      }
    }
    while (!underWay.isEmpty()) {
      finish(underWay.remove());
    }
    return failures.checked(counts);
  }

  private void start(Writes writes, int position, List<Parameter> row) {
    try {
      underWay.add(new Sent(position, writes.start(row)));
    } catch (SQLException e) {
      failures.notBegun(position, e);
    }
  }

  private Writes writes(ParsedSql sql) throws SQLException {
    if (sql.statement() instanceof Insert insert) {
      return new Inserts(session, insert, scope);
    }
    if (sql.statement() instanceof Delete delete) {
      return new Deletes(session, delete, scope);
    }
    throw SqlErrors.invalid("a batch can have INSERT and DELETE only");
  }

  private void finish(Sent sent) {
    try {
      int written = sent.pending().await(scope);
      counts[sent.position()] = sent.pending().counted() ? written : Statement.SUCCESS_NO_INFO;
    } catch (SQLException e) {
      failures.failed(sent.position(), e);
    }
  }
}
