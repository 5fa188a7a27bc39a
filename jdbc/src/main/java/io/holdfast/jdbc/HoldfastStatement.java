package io.holdfast.jdbc;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.link.SqlStates;
import io.holdfast.jdbc.result.HoldfastResultSet;
import io.holdfast.jdbc.result.ListRows;
import io.holdfast.jdbc.result.Rows;
import io.holdfast.jdbc.run.Outcome;
import io.holdfast.jdbc.run.ParsedSql;
import io.holdfast.jdbc.run.Session;
import io.holdfast.jdbc.run.TextBatch;
import io.holdfast.jdbc.value.Parameter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A statement without parameters. For one thread at a time; {@link #cancel} and {@link #close} may
 * come from others.
 */
class HoldfastStatement extends StatementOptions {
  private final HoldfastConnection connection;
  private final List<String> batch = new ArrayList<>();

  private boolean closeOnCompletion;
  private HoldfastResultSet result;
  private long updateCount = -1;
  private volatile CallScope running;
  private volatile boolean closed;

  HoldfastStatement(HoldfastConnection connection) {
    this.connection = connection;
  }

  @Override
  final void checkOpen() throws SQLException {
    if (closed) {
      throw SqlErrors.closed("the statement");
    }
    connection.checkOpen();
  }

  final HoldfastConnection connection() {
    return connection;
  }

  final Session session() {
    return connection.session();
  }

  /** A call that begins now, with what is needed to cancel it. */
  final CallScope begin(boolean writes) throws SQLException {
    checkOpen();
    closeResult();
    updateCount = -1;
    CallScope scope = session().begin(timeoutSeconds(), writes);
    running = scope;
    if (closed) {
      // Closed meanwhile, without having seen this call.
      scope.cancel();
    }
    return scope;
  }

  final void end() {
    running = null;
  }

  /** Does what a statement says, and keeps what came of it. */
  final boolean run(ParsedSql sql, List<Parameter> parameters) throws SQLException {
    CallScope scope = begin(sql.writes());
    try {
      Outcome outcome = connection.runner().run(sql, parameters, scope);
      if (outcome.rows() == null) {
        updateCount = outcome.count();
        return false;
      }
      result = resultOf(outcome.rows());
      return true;
    } finally {
      end();
    }
  }

  private HoldfastResultSet resultOf(Rows rows) {
    return new HoldfastResultSet(rows, session().values(), this, this::resultClosed, maxRows());
  }

  private void resultClosed() {
    if (closeOnCompletion && !closed) {
      close();
    }
  }

  private void closeResult() {
    HoldfastResultSet old = result;
    result = null;
    if (old != null && !old.isClosed()) {
      boolean completes = closeOnCompletion;
      // It is the statement that goes on here, not its user who has finished.
      closeOnCompletion = false;
      old.close();
      closeOnCompletion = completes;
    }
  }

  final ResultSet query(ParsedSql sql, List<Parameter> parameters) throws SQLException {
    if (!sql.isQuery()) {
      checkOpen();
      throw SqlErrors.invalid("executeQuery is for statements that answer with rows; use execute");
    }
    run(sql, parameters);
    return result;
  }

  final long update(ParsedSql sql, List<Parameter> parameters) throws SQLException {
    if (sql.isQuery()) {
      checkOpen();
      throw SqlErrors.invalid("executeUpdate is for statements that write; use executeQuery");
    }
    run(sql, parameters);
    return updateCount;
  }

  static ParsedSql withoutParameters(String text) throws SQLException {
    ParsedSql sql = ParsedSql.of(text);
    if (sql.parameterCount() > 0) {
      throw new SQLNonTransientException(
          "the statement has question marks; use prepareStatement", SqlStates.WRONG_PARAMETERS);
    }
    return sql;
  }

  @Override
  public ResultSet executeQuery(String sql) throws SQLException {
    checkOpen();
    return query(withoutParameters(sql), List.of());
  }

  @Override
  public boolean execute(String sql) throws SQLException {
    checkOpen();
    return run(withoutParameters(sql), List.of());
  }

  @Override
  public long executeLargeUpdate(String sql) throws SQLException {
    checkOpen();
    return update(withoutParameters(sql), List.of());
  }

  @Override
  public int executeUpdate(String sql) throws SQLException {
    return Math.toIntExact(executeLargeUpdate(sql));
  }

  /** A result without rows: there are no such keys. */
  @Override
  public ResultSet getGeneratedKeys() throws SQLException {
    checkOpen();
    return new HoldfastResultSet(
        new ListRows(List.of(), List.of()), session().values(), this, () -> {}, 0);
  }

  @Override
  public void addBatch(String sql) throws SQLException {
    checkOpen();
    batch.add(sql);
  }

  @Override
  public void clearBatch() throws SQLException {
    checkOpen();
    batch.clear();
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    List<String> texts = List.copyOf(batch);
    batch.clear();
    CallScope scope = begin(true);
    try {
      return new TextBatch(session(), scope).run(texts);
    } finally {
      end();
    }
  }

  @Override
  public int[] executeBatch() throws SQLException {
    return Arrays.stream(executeLargeBatch()).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public ResultSet getResultSet() throws SQLException {
    checkOpen();
    return result;
  }

  @Override
  public long getLargeUpdateCount() throws SQLException {
    checkOpen();
    return updateCount;
  }

  @Override
  public int getUpdateCount() throws SQLException {
    return Math.toIntExact(getLargeUpdateCount());
  }

  /** False: a statement has one result at most. */
  @Override
  public boolean getMoreResults() throws SQLException {
    return getMoreResults(CLOSE_CURRENT_RESULT);
  }

  @Override
  public boolean getMoreResults(int current) throws SQLException {
    checkOpen();
    if (current == CLOSE_CURRENT_RESULT || current == CLOSE_ALL_RESULTS) {
      closeResult();
    } else if (current != KEEP_CURRENT_RESULT) {
      throw SqlErrors.invalid("no way to go on with results: " + current);
    }
    result = null;
    updateCount = -1;
    return false;
  }

  @Override
  public void cancel() throws SQLException {
    checkOpen();
    CallScope scope = running;
    if (scope != null) {
      scope.cancel();
    }
  }

  /** Ends what is under way; the connection is gone. */
  final void abandon() {
    closed = true;
    CallScope scope = running;
    if (scope != null) {
      scope.cancel();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      abandon();
      HoldfastResultSet open = result;
      if (open != null) {
        open.close();
      }
      connection.closed(this);
    }
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void closeOnCompletion() throws SQLException {
    checkOpen();
    closeOnCompletion = true;
  }

  @Override
  public boolean isCloseOnCompletion() throws SQLException {
    checkOpen();
    return closeOnCompletion;
  }

  @Override
  public Connection getConnection() throws SQLException {
    checkOpen();
    return connection;
  }
}
