package io.holdfast.sql.query;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.ast.Statement.Select;
import io.holdfast.sql.ast.TableName;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Input;
import java.util.Optional;
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
    boolean isExplain = statement instanceof Statement.Explain;
    Select select;
    if (statement instanceof Statement.Explain explain) {
      select = explain.select();
    } else if (statement instanceof Select query) {
      select = query;
    } else {
      return CompletableFuture.failedFuture(
          new SqlException("only SELECT and EXPLAIN can be executed as a query"));
    }
    if (select.from().isEmpty()) {
      return run(select, null, isExplain, context);
    }
    TableName name = select.from().get();
    String database = name.databaseOr(context.database());
    if (database.isEmpty()) {
      return CompletableFuture.failedFuture(
          new SqlException("no database is in use; write database." + name.table()));
    }
    CompletableFuture<QueryResult> result = new CompletableFuture<>();
    CompletionStage<Optional<TableView>> table = context.catalog().table(database, name.table());
    // Handed on as it is: a stage of a stage would wrap every failure.
    table.whenComplete(
        (found, failure) -> {
          if (failure != null) {
            result.completeExceptionally(failure);
          } else if (found.isEmpty()) {
            result.completeExceptionally(unknown(database, name));
          } else {
            var unused =
                run(select, found.get(), isExplain, context)
                    .whenComplete((rows, problem) -> complete(result, rows, problem));
          }
        });
    return result;
  }

  private static void complete(
      CompletableFuture<QueryResult> result, QueryResult rows, Throwable problem) {
    if (problem == null) {
      result.complete(rows);
    } else {
      result.completeExceptionally(problem);
    }
  }

  private static SqlException unknown(String database, TableName name) {
    return new SqlException("there is no table " + database + "." + name.table());
  }

  private static CompletableFuture<QueryResult> run(
      Select select, TableView table, boolean isExplain, QueryContext context) {
    try {
      SelectPlan plan = new SelectPlanner(select, table, context).plan();
      if (isExplain) {
        return CompletableFuture.completedFuture(
            new PlanText(plan, select).result(context.limits()));
      }
      return table == null
          ? CompletableFuture.completedFuture(withoutTable(plan, context.limits()))
          : new SelectRun(plan, context).start();
    } catch (SqlException | RuntimeException e) {
      // Also what should not be: in a stage's callback it would vanish, and nobody be answered.
      return CompletableFuture.failedFuture(e);
    }
  }

  /** One row without columns is what such a SELECT is computed of. */
  private static QueryResult withoutTable(SelectPlan plan, QueryLimits limits) throws SqlException {
    Output output = new Output(plan, limits);
    boolean passes = plan.filter() == null || Boolean.TRUE.equals(plan.filter().value(Input.NONE));
    if (plan.groups() != null) {
      Grouping grouping = new Grouping(plan.groups(), limits.maxHeldBytes());
      if (passes) {
        grouping.accept(Input.NONE);
      }
      grouping.finish(output);
    } else if (passes) {
      output.accept(Input.NONE);
    }
    return output.finish();
  }

  /** The table that a statement reads; empty when it reads none. */
  public static Optional<TableName> table(Statement statement) {
    if (statement instanceof Statement.Explain explain) {
      return explain.select().from();
    }
    return statement instanceof Select select ? select.from() : Optional.empty();
  }
}
