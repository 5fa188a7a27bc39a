package io.holdfast.shell.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Knows answers by statement, and remembers what it was asked. */
final class FakeSession implements SqlSession {
  private final Map<String, SqlAnswer> answers = new HashMap<>();
  private final Map<String, SQLException> failures = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
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

  @Override
  public String database() {
    return "demo";
  }

  @Override
  public void close() {
    closed = true;
  }
}
