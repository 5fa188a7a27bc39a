package io.holdfast.shell.sql;

import io.holdfast.shell.flags.ShellFlags;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Executes statements through Holdfast's JDBC driver. */
final class JdbcSession implements SqlSession {
  private final Connection connection;

  private JdbcSession(Connection connection) {
    this.connection = connection;
  }

  /** Connects as the flags say. */
  static JdbcSession open(ShellFlags flags) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("requestTimeoutMillis", Integer.toString(flags.requestTimeoutMillis()));
    String hosts = flags.endpoint();
    if (!flags.zkCluster().isEmpty()) {
      properties.setProperty("zk", flags.zkCluster());
      properties.setProperty("zkPath", flags.zkRootPath());
      hosts = "";
    }
    Connection connection = DriverManager.getConnection("jdbc:holdfast://" + hosts, properties);
    if (!flags.database().isEmpty()) {
      connection.setSchema(flags.database());
    }
    return new JdbcSession(connection);
  }

  @Override
  public SqlAnswer run(String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!statement.execute(text)) {
        return SqlAnswer.DONE;
      }
      try (ResultSet rows = statement.getResultSet()) {
        return answer(rows);
      }
    }
  }

  private static SqlAnswer answer(ResultSet in) throws SQLException {
    int columns = in.getMetaData().getColumnCount();
    List<String> names = new ArrayList<>();
    for (int column = 1; column <= columns; column++) {
      names.add(in.getMetaData().getColumnLabel(column));
    }
    List<List<Object>> rows = new ArrayList<>();
    while (in.next()) {
      List<Object> row = new ArrayList<>(columns);
      for (int column = 1; column <= columns; column++) {
        row.add(value(in, column));
      }
      rows.add(row);
    }
    return SqlAnswer.rows(names, rows);
  }

  private static Object value(ResultSet in, int column) throws SQLException {
    return switch (in.getMetaData().getColumnType(column)) {
      case Types.TIMESTAMP -> {
        Timestamp time = in.getTimestamp(column);
        if (time == null) {
          yield null;
        }
        yield time.getTime();
      }
      case Types.DATE -> in.getString(column);
      default -> in.getObject(column);
    };
  }

  @Override
  public String database() {
    try {
      String database = connection.getSchema();
      return database == null ? "" : database;
    } catch (SQLException closed) {
      return "";
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // The process ends.
    }
  }
}
