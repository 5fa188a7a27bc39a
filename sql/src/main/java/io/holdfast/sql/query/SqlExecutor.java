package io.holdfast.sql.query;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Executes SELECT and EXPLAIN. Stateless and thread-safe; it works on the caller's thread and on
 * those that complete the stages of catalog and row source, and never waits.
 */
public final class SqlExecutor {
  private SqlExecutor() {}

  /**
   * Executes a statement.
   *
   * @return fails with {@link SqlException} when it cannot be executed, or with what the catalog or
   *     the row source failed with
   */
  public static CompletionStage<QueryResult> execute(Statement statement, QueryContext context) {
    return CompletableFuture.failedFuture(
        new SqlException("execution is not built yet: " + statement + " in " + context));
  }
}
