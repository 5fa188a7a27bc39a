package io.holdfast.shell.sql;

import java.sql.SQLException;
import java.util.List;

/** Where statements are executed. Not thread-safe. */
interface SqlSession extends AutoCloseable {
  /** Executes a statement. */
  SqlAnswer run(String statement) throws SQLException;

  /**
   * Executes an INSERT with question marks once for each row, many of them at once.
   *
   * @param rows values as JDBC takes them, or null
   */
  Inserted insert(String statement, List<List<Object>> rows) throws SQLException;

  /** The database that is in use; empty for none. */
  String database();

  @Override
  void close();
}
