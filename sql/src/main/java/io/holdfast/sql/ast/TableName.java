package io.holdfast.sql.ast;

import java.util.Objects;
import java.util.Optional;

/**
 * A table as a statement names it.
 *
 * @param database empty when the statement leaves it to the session
 */
public record TableName(Optional<String> database, String table) {
  public TableName {
    Objects.requireNonNull(database);
    Objects.requireNonNull(table);
  }

  /** The database it means in a session that uses that one; empty when there is none. */
  public String databaseOr(String session) {
    return database.orElse(session);
  }

  @Override
  public String toString() {
    return database.map(db -> db + ".").orElse("") + table;
  }
}
