package io.holdfast.sql.write;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.query.Parameters;
import java.time.ZoneId;

/** Plans INSERT and DELETE. Stateless and thread-safe. */
public final class WritePlanner {
  private WritePlanner() {}

  /**
   * What an INSERT puts where.
   *
   * @param table the one that the statement names
   * @param nowMillis the time of the statement
   * @param zone what texts of timestamps are in
   * @throws SqlException when a value does not fit its column
   */
  public static WritePlan.Insert insert(
      Statement.Insert statement,
      Parameters parameters,
      TableView table,
      long nowMillis,
      ZoneId zone)
      throws SqlException {
    throw new SqlException("writing is not built yet: " + statement + parameters + table + zone);
  }

  /**
   * What a DELETE removes: of one key of an index, or of all keys, with or without a range of the
   * index's ts column.
   *
   * @throws SqlException when its WHERE has another form
   */
  public static WritePlan.Delete delete(
      Statement.Delete statement,
      Parameters parameters,
      TableView table,
      long nowMillis,
      ZoneId zone)
      throws SqlException {
    throw new SqlException("deletion is not built yet: " + statement + parameters + table + zone);
  }
}
