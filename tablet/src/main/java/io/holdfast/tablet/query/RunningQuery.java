package io.holdfast.tablet.query;

import io.holdfast.common.error.Causes;
import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.query.Parameters;
import io.holdfast.sql.query.QueryContext;
import io.holdfast.sql.query.QueryLimits;
import io.holdfast.sql.query.QueryResult;
import io.holdfast.sql.query.SqlExecutor;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * One execution of a statement, from its beginning to its only end. Begun anew when it turns out
 * that the tables were not as this tablet knew them; it has written nothing. Thread-safe.
 */
final class RunningQuery {
  /** Tables that change all the time are not for us to keep up with. */
  private static final int MOST_RUNS = 4;

  private static final QueryFailure OVER =
      new QueryFailure(QueryFailure.Kind.CANCELLED, "the query has ended");

  /**
   * What is executed.
   *
   * @param text for the log
   * @param database of tables that are named without one
   */
  record Task(
      Statement statement, String text, Parameters parameters, String database, long nowMillis) {}

  private final QueryParts parts;
  private final QueryLife life;
  private final QueryLimits limits;
  private final ZoneId zone;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final BiConsumer<QueryResult, Throwable> end;
  private Task task;

  /** What the present run has been told of tables. */
  private volatile Map<String, TableView> seen = Map.of();

  /**
   * @param end told once, with one of the two, on the worker or on whoever ends the query
   */
  RunningQuery(
      QueryParts parts,
      QueryLife life,
      QueryLimits limits,
      ZoneId zone,
      BiConsumer<QueryResult, Throwable> end) {
    this.parts = parts;
    this.life = life;
    this.limits = limits;
    this.zone = zone;
    this.end = end;
  }

  QueryLife life() {
    return life;
  }

  /** The statement's text; empty before it is known. */
  String text() {
    return task == null ? "" : task.text();
  }

  /** Executes. What it computes at once is computed on the caller's thread. */
  void start(Task what) {
    task = what;
    run(1);
  }

  /** Ends it, unless it has ended. */
  void end(QueryResult result, Throwable failure) {
    if (ended.compareAndSet(false, true)) {
      // What was asked ahead may still be looking for a leader.
      life.end(OVER);
      end.accept(result, failure);
    }
  }

  /** Has it end with a failure. */
  void cancel(QueryFailure reason) {
    end(null, reason);
  }

  private void run(int number) {
    TableRows rows = new TableRows(parts, life);
    Map<String, TableView> told = new ConcurrentHashMap<>();
    seen = told;
    QueryContext context =
        new QueryContext(
            task.database(),
            task.parameters(),
            (database, name) -> table(database, name, rows, told),
            rows,
            limits,
            task.nowMillis(),
            zone);
    CompletionStage<QueryResult> result;
    try {
      result = SqlExecutor.execute(task.statement(), context);
    } catch (RuntimeException e) {
      end(null, e);
      return;
    }
    var unused =
        result.whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                end(answer, null);
              } else {
                failed(Causes.unwrapped(failure), number);
              }
            });
  }

  private CompletionStage<Optional<TableView>> table(
      String database, String name, TableRows rows, Map<String, TableView> told) {
    CompletableFuture<RouteCatalog.Tables> current =
        parts.catalog().current().toCompletableFuture();
    if (current.isDone()) {
      TableRoute route = current.join().find(database, name);
      if (route != null) {
        return CompletableFuture.completedStage(Optional.of(take(route, rows, told)));
      }
    }
    // One that is not found may have been made just now.
    return current
        .thenCompose(
            tables ->
                tables.find(database, name) == null
                    ? parts.catalog().refreshed()
                    : CompletableFuture.completedStage(tables))
        .thenApplyAsync(
            tables ->
                Optional.ofNullable(tables.find(database, name))
                    .map(route -> take(route, rows, told)),
            parts.worker());
  }

  private static TableView take(TableRoute route, TableRows rows, Map<String, TableView> told) {
    rows.add(route);
    told.put(route.toString(), route.view());
    return route.view();
  }

  // ---- when it fails

  private void failed(Throwable failure, int number) {
    boolean mayHaveChanged =
        failure instanceof SqlException
            || failure instanceof QueryFailure known
                && known.kind() == QueryFailure.Kind.TABLES_CHANGED;
    if (!mayHaveChanged || seen.isEmpty() || number >= MOST_RUNS || life.whyOver() != null) {
      end(null, failure);
      return;
    }
    Map<String, TableView> before = seen;
    var unused =
        parts
            .catalog()
            .refreshed()
            .thenAcceptAsync(
                tables -> {
                  if (differs(before, tables)) {
                    run(number + 1);
                  } else {
                    end(null, failure);
                  }
                },
                parts.worker())
            .exceptionally(
                broken -> {
                  end(null, Causes.unwrapped(broken));
                  return null;
                });
  }

  private static boolean differs(Map<String, TableView> before, RouteCatalog.Tables tables) {
    return before.values().stream()
        .anyMatch(
            view -> {
              TableRoute now = tables.find(view.database(), view.name());
              return now == null || !isSame(view, now.view());
            });
  }

  private static boolean isSame(TableView one, TableView other) {
    List<Column> columns = one.schema().columns();
    List<IndexDef> indexes = one.schema().indexes();
    return one.tid() == other.tid()
        && columns.equals(other.schema().columns())
        && indexes.equals(other.schema().indexes());
  }
}
