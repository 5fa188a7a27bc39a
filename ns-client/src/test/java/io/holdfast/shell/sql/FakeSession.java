package io.holdfast.shell.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Knows answers by statement, and remembers what it was asked. */
final class FakeSession implements SqlSession {
  private final Map<String, SqlAnswer> answers = new HashMap<>();
  private final Map<String, SQLException> failures = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<List<Object>> inserted = new ArrayList<>();
  private boolean closed;

  FakeSession answer(String statement, List<String> names, Object... rows) {
    List<List<Object>> list = new ArrayList<>();
    for (Object row : rows) {
      list.add(Arrays.asList((Object[]) row));
    }
    answers.put(statement, SqlAnswer.rows(names, list));
    return this;
  }

  FakeSession fail(String statement, SQLException failure) {
    failures.put(statement, failure);
    return this;
  }

  List<String> asked() {
    return asked;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public SqlAnswer run(String statement) throws SQLException {
    asked.add(statement);
    if (failures.containsKey(statement)) {
      throw failures.get(statement);
    }
    return answers.getOrDefault(statement, SqlAnswer.DONE);
  }

  /** The rows of all inserts. */
  List<List<Object>> inserted() {
    return inserted;
  }

  /** A row with {@code bad} does not fit, and with {@code down} nothing can be written. */
  @Override
  public Inserted insert(String statement, List<List<Object>> rows) throws SQLException {
    asked.add(statement);
    if (failures.containsKey(statement)) {
      throw failures.get(statement);
    }
    Map<Integer, String> refused = new HashMap<>();
    int done = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).contains("down")) {
        SQLException cause = new SQLException("nobody there", "08006");
        return new Inserted(done, 1, refused, Optional.of(cause));
      }
      if (rows.get(i).contains("bad")) {
        refused.put(i, "bad does not fit");
      } else {
        inserted.add(rows.get(i));
        done++;
      }
    }
    return new Inserted(done, 0, refused, Optional.empty());
  }

  @Override
  public String database() {
    return "demo";
  }

  @Override
  public void close() {
    closed = true;
  }
}
