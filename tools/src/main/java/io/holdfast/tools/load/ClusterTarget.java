package io.holdfast.tools.load;

import io.holdfast.client.ReadKey;
import io.holdfast.client.Row;
import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A table of a cluster through the client library; SELECT through the JDBC driver, which blocks: so
 * many threads and statements as may be under way.
 */
final class ClusterTarget implements LoadTarget, AutoCloseable {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int VALUES = 64;

  private final TableClient table;
  private final int scanRows;
  private final List<String> values = new ArrayList<>();
  private ExecutorService callers;
  private BlockingQueue<PreparedStatement> statements;
  private Connection connection;

  /**
   * @param valueCharacters length of a row's value
   * @param scanRows most rows of a scan
   */
  ClusterTarget(TableClient table, int valueCharacters, int scanRows) {
    this.table = table;
    this.scanRows = scanRows;
    // A few, so that making them costs nothing while it is measured.
    for (int i = 0; i < VALUES; i++) {
      StringBuilder value = new StringBuilder(valueCharacters);
      for (int c = 0; c < valueCharacters; c++) {
        value.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
      }
      values.add(value.toString());
    }
  }

  /** To be called before the first SELECT. */
  void prepare(Connection newConnection, LoadTable definition, int inFlight) throws SQLException {
    connection = newConnection;
    callers = Executors.newFixedThreadPool(inFlight);
    statements = new ArrayBlockingQueue<>(inFlight);
    for (int i = 0; i < inFlight; i++) {
      statements.add(
          connection.prepareStatement(
              "SELECT * FROM `" + definition.name() + "` WHERE k = ? LIMIT 1"));
    }
  }

  @Override
  public CompletableFuture<?> start(OpKind kind, String key) {
    return switch (kind) {
      case PUT -> {
        String value = values.get(ThreadLocalRandom.current().nextInt(VALUES));
        yield table.putAsync(Row.of(key, value), WriteOptions.DEFAULT);
      }
      case GET -> table.getAsync(ReadKey.of(key), 0);
      case SCAN -> table.scanAsync(ReadKey.of(key), 0, 0, scanRows);
      case SELECT -> CompletableFuture.runAsync(() -> select(key), callers);
    };
  }

  private void select(String key) {
    PreparedStatement statement = statements.remove();
    try {
      statement.setString(1, key);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          // Read to its end.
        }
      }
    } catch (SQLException e) {
      throw new CompletionException(e);
    } finally {
      statements.add(statement);
    }
  }

  @Override
  public void close() throws SQLException {
    if (callers != null) {
      callers.shutdownNow();
    }
    if (connection != null) {
      connection.close();
    }
  }
}
