package io.holdfast.jdbc.run;

import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.parse.SqlParser;
import java.sql.SQLException;

/**
 * A statement that was parsed. Immutable.
 *
 * @param text as it was written
 */
public record ParsedSql(String text, Statement statement) {
  /**
   * Parses a text.
   *
   * @throws SQLException with line and column when it is no statement that is understood
   */
  public static ParsedSql of(String text) throws SQLException {
    if (text == null) {
      throw SqlErrors.invalid("a statement is needed, not null");
    }
    try {
      return new ParsedSql(text, SqlParser.parse(text));
    } catch (SqlException e) {
      throw SqlErrors.syntax(e.getMessage(), e);
    }
  }

  public int parameterCount() {
    return statement.parameterCount();
  }

  /** Whether it answers with rows. */
  public boolean isQuery() {
    return statement instanceof Statement.Select
        || statement instanceof Statement.Explain
        || statement instanceof Statement.Show
        || statement instanceof Statement.Describe;
  }

  /** Whether it changes something in the cluster. */
  public boolean writes() {
    return !isQuery()
        && !(statement instanceof Statement.UseDatabase)
        && !(statement instanceof Statement.SetVariable set && !set.global());
  }
}
