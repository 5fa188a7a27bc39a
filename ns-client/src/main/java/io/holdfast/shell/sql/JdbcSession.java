package io.holdfast.shell.sql;

import io.holdfast.jdbc.run.BatchFailure;
import io.holdfast.jdbc.run.BatchFailure.Fate;
import io.holdfast.jdbc.run.HoldfastBatchException;
import io.holdfast.shell.flags.ShellFlags;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

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

  @Override
  public Inserted insert(String text, List<List<Object>> rows) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      for (List<Object> row : rows) {
        for (int i = 0; i < row.size(); i++) {
          if (row.get(i) == null) {
            statement.setNull(i + 1, Types.NULL);
          } else {
            statement.setObject(i + 1, row.get(i));
          }
        }
        statement.addBatch();
      }
      statement.executeBatch();
      return new Inserted(rows.size(), 0, Map.of(), Optional.empty());
    } catch (HoldfastBatchException e) {
      return inserted(e, rows.size());
    }
  }

  private static Inserted inserted(HoldfastBatchException batch, int all) {
    Map<Integer, String> refused = new TreeMap<>();
    SQLException stopped = null;
    int uncertain = 0;
    for (BatchFailure failure : batch.failures()) {
      if (failure.fate() == Fate.REFUSED && isOfTheRow(failure.cause())) {
        refused.put(failure.position(), failure.cause().getMessage());
      } else {
        uncertain += failure.outcomeUnknown() ? 1 : 0;
        stopped = stopped == null || failure.outcomeUnknown() ? failure.cause() : stopped;
      }
    }
    int done = all - batch.failures().size();
    return new Inserted(done, uncertain, refused, Optional.ofNullable(stopped));
  }

  /** Whether it is a value that is wrong, and not the table or the cluster. */
  private static boolean isOfTheRow(SQLException cause) {
    return cause instanceof SQLDataException
        || (cause instanceof SQLSyntaxErrorException && "42000".equals(cause.getSQLState()));
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
