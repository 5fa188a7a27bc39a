package io.holdfast.jdbc.run;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.link.SqlStates;
import io.holdfast.jdbc.value.Parameter;
import io.holdfast.sql.ast.Statement;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.List;

/** Sends each statement to where it is done. Thread-safe. */
public final class Runner {
  private final Session session;

  public Runner(Session session) {
    this.session = session;
  }

  /**
   * Does what a statement says.
   *
   * @param parameters one for each question mark
   */
  public Outcome run(ParsedSql sql, List<Parameter> parameters, CallScope scope)
      throws SQLException {
    check(sql);
    Statement statement = sql.statement();
    if (statement instanceof Statement.Select select) {
      if (select.outFile().isPresent()) {
        throw SqlErrors.notSupported("INTO OUTFILE is not supported here; read the result instead");
      }
      return Outcome.of(new Queries(session).run(sql, parameters, scope));
    }
    if (statement instanceof Statement.Explain) {
      return Outcome.of(new Queries(session).run(sql, parameters, scope));
    }
    if (statement instanceof Statement.Insert insert) {
      return Outcome.written(new Inserts(session, insert, scope).run(parameters));
    }
    if (statement instanceof Statement.Delete delete) {
      new Deletes(session, delete, scope).start(parameters).await(scope);
      return Outcome.written(java.sql.Statement.SUCCESS_NO_INFO);
    }
    if (statement instanceof Statement.Show || statement instanceof Statement.Describe) {
      return Outcome.of(new Shows(session, scope).run(statement));
    }
    new Definitions(session, scope).run(statement);
    return Outcome.DONE;
  }

  /** Refuses what the session may not do. */
  void check(ParsedSql sql) throws SQLException {
    if (session.readOnly() && sql.writes()) {
      throw new SQLNonTransientException(
          "the connection is read-only; setReadOnly(false) allows changes", SqlStates.READ_ONLY);
    }
  }
}
