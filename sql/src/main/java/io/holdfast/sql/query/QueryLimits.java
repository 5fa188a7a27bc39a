package io.holdfast.sql.query;

/**
 * How much one statement may do. One that would do more fails; results are never cut silently.
 *
 * @param maxResultRows rows of the result
 * @param maxResultBytes bytes of the result's rows
 * @param maxScannedRows rows that the source returns
 * @param maxHeldBytes about what ORDER BY, GROUP BY and DISTINCT may hold
 * @param maxKeys keys that a WHERE may fix; with more, the whole table is read
 * @param pageRows rows of a request at most
 * @param pageBytes bytes of a request at most
 * @param prefetch how many keys or partitions are asked ahead when all their rows are needed
 */
public record QueryLimits(
    int maxResultRows,
    long maxResultBytes,
    long maxScannedRows,
    long maxHeldBytes,
    int maxKeys,
    int pageRows,
    int pageBytes,
    int prefetch) {
  public QueryLimits {
    if (maxResultRows < 1
        || maxResultBytes < 1
        || maxScannedRows < 1
        || maxHeldBytes < 1
        || maxKeys < 1
        || pageRows < 1
        || pageBytes < 1
        || prefetch < 0) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  /** One million rows, 64 MiB of result and of memory, 10 million rows read, 256 keys. */
  public static QueryLimits defaults() {
    return new QueryLimits(1_000_000, 64L << 20, 10_000_000, 64L << 20, 256, 1000, 1 << 20, 3);
  }
}
