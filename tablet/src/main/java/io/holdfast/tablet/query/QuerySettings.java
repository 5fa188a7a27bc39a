package io.holdfast.tablet.query;

import io.holdfast.sql.query.QueryLimits;
import java.time.ZoneId;

/**
 * How much queries may do.
 *
 * @param timeoutMillis for how long a query may go on
 * @param maxQueries how many may run at a time; 0: none at all
 * @param threads that compute
 * @param slowMillis queries that take as long are logged; 0: none
 * @param zone what texts of timestamps are in
 * @param limits of one query
 */
public record QuerySettings(
    long timeoutMillis,
    int maxQueries,
    int threads,
    long slowMillis,
    ZoneId zone,
    QueryLimits limits) {}
