package io.holdfast.sql.query;

import io.holdfast.sql.catalog.Catalog;
import java.time.ZoneId;
import java.util.Objects;

/**
 * What a statement is executed in.
 *
 * @param database what tables without a database are in; may be empty
 * @param nowMillis the time of the statement: what {@code now()} means
 * @param zone what texts of timestamps and parts of dates are in
 */
public record QueryContext(
    String database,
    Parameters parameters,
    Catalog catalog,
    RowSource rows,
    QueryLimits limits,
    long nowMillis,
    ZoneId zone) {
  public QueryContext {
    Objects.requireNonNull(database);
    Objects.requireNonNull(parameters);
    Objects.requireNonNull(catalog);
    Objects.requireNonNull(rows);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(zone);
  }
}
