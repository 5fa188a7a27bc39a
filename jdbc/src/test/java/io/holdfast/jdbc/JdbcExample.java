package io.holdfast.jdbc;

import io.holdfast.jdbc.run.BatchFailure;
import io.holdfast.jdbc.run.HoldfastBatchException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The example of docs/operations/jdbc.md; {@link JdbcExampleTest} compares them and runs it. */
final class JdbcExample {
  private JdbcExample() {}

  static Map<Instant, Double> run(String url) throws SQLException {
    Map<Instant, Double> fares = new TreeMap<>();
    // begin
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS rides (taxi string NOT NULL, at timestamp, fare double,"
              + " INDEX(KEY=taxi, TS=at)) OPTIONS (partitionnum=4)");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO rides VALUES (?, ?, ?)")) {
        for (int minute = 0; minute < 3; minute++) {
          insert.setString(1, "taxi-7");
          insert.setObject(2, Instant.parse("2026-03-01T10:00:00Z").plusSeconds(60L * minute));
          insert.setDouble(3, 10.5 + minute);
          insert.addBatch();
        }
        insert.executeBatch();
      } catch (HoldfastBatchException e) {
        for (BatchFailure failure : e.failures()) {
          String fate = failure.outcomeUnknown() ? "may be written" : "is not written";
          System.err.println("row " + failure.position() + " " + fate + ": " + failure.cause());
        }
        throw e;
      }
      try (PreparedStatement query =
          connection.prepareStatement(
              "SELECT at, fare FROM rides WHERE taxi = ? AND at > ? LIMIT 10")) {
        query.setString(1, "taxi-7");
        query.setTimestamp(2, Timestamp.from(Instant.parse("2026-03-01T10:00:30Z")));
        query.setQueryTimeout(5);
        try (ResultSet rides = query.executeQuery()) {
          while (rides.next()) {
            fares.put(rides.getObject("at", Instant.class), rides.getDouble("fare"));
          }
        }
      }
    }
    // end
    return fares;
  }
}
