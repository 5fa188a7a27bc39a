package io.holdfast.sql.query;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.catalog.Catalog;
import io.holdfast.sql.parse.SqlParser;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Executes texts over a {@link MemoryTable}. */
final class Queries {
  static final long NOW = 1_700_000_000_000L;

  private final MemoryTable table;
  private QueryLimits limits = QueryLimits.defaults();
  private ZoneId zone = ZoneOffset.UTC;
  private Parameters parameters = Parameters.NONE;

  Queries(MemoryTable table) {
    this.table = table;
  }

  Queries limits(QueryLimits newLimits) {
    limits = newLimits;
    return this;
  }

  Queries zone(String name) {
    zone = ZoneId.of(name);
    return this;
  }

  Queries with(List<ColumnType> types, Object... values) {
    parameters = Parameters.of(types, java.util.Arrays.asList(values));
    return this;
  }

  QueryResult run(String text) throws SqlException {
    QueryContext context =
        new QueryContext(
            "db", parameters, Catalog.of(List.of(table.view())), table, limits, NOW, zone);
    CompletableFuture<QueryResult> result =
        SqlExecutor.execute(SqlParser.parse(text), context).toCompletableFuture();
    table.deliver();
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SqlException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  List<List<Object>> values(String text) throws SqlException {
    try {
      return run(text).values();
    } catch (RowFormatException e) {
      throw new AssertionError(e);
    }
  }

  /** The one value of a SELECT without a table. */
  Object value(String expression) throws SqlException {
    return values("SELECT " + expression).get(0).get(0);
  }

  ColumnType type(String expression) throws SqlException {
    return run("SELECT " + expression).columns().get(0).type();
  }

  /** The first column of all rows. */
  List<Object> column(String text) throws SqlException {
    List<Object> column = new ArrayList<>();
    values(text).forEach(row -> column.add(row.get(0)));
    return column;
  }

  List<String> names(String text) throws SqlException {
    return run(text).columns().stream().map(ResultColumn::name).toList();
  }
}
