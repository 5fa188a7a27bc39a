package io.holdfast.shell.sql;

import java.sql.SQLException;

/** Where statements are executed. Not thread-safe. */
interface SqlSession extends AutoCloseable {
  /** Executes a statement. */
  SqlAnswer run(String statement) throws SQLException;

  /** The database that is in use; empty for none. */
  String database();

  @Override
  void close();
}
