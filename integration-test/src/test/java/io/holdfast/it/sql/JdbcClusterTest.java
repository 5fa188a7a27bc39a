package io.holdfast.it.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.HoldfastClient;
import io.holdfast.it.shell.InProcessCluster;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JDBC driver against a real cluster: nothing here is played by a test. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JdbcClusterTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123Z");

  @TempDir static Path directory;
  private static InProcessCluster cluster;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    cluster = new InProcessCluster(directory, 3, 0);
    url = "jdbc:holdfast://" + cluster.active() + "," + cluster.standby();
    InProcessCluster.await("a database", JdbcClusterTest::makesDatabase);
  }

  private static boolean makesDatabase() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS shop");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS shop.probe (k string, INDEX(KEY=k))"
              + " OPTIONS (partitionnum=1, replicanum=3)");
      return true;
    } catch (SQLException notAllTabletsThere) {
      return false;
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(url + "/shop?timeZone=UTC");
  }

  private static List<List<Object>> rows(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      List<List<Object>> rows = new ArrayList<>();
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(result.getObject(column));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  private static void makeTrips(Statement statement, String name, String options)
      throws SQLException {
    statement.execute(
        "CREATE TABLE "
            + name
            + " (id string NOT NULL, at timestamp NOT NULL, fare double, INDEX(KEY=id, TS=at))"
            + " OPTIONS ("
            + options
            + ")");
  }

  /** All nine types go in through question marks and come back as they were; so does NULL. */
  @Test
  void valuesOfAllTypesAndNullComeBack() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE kinds (b bool, s smallint, i int, l bigint, f float, d double, day date,"
              + " at timestamp, k string NOT NULL, INDEX(KEY=k)) OPTIONS (partitionnum=4)");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO kinds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
        insert.setBoolean(1, true);
        insert.setShort(2, Short.MIN_VALUE);
        insert.setInt(3, Integer.MAX_VALUE);
        insert.setLong(4, Long.MIN_VALUE);
        insert.setFloat(5, 1.25f);
        insert.setDouble(6, -0.1);
        insert.setDate(7, Date.valueOf("2024-02-29"));
        insert.setTimestamp(8, Timestamp.from(NOON));
        insert.setString(9, "schön 'n' \"gut\" ☃");
        assertThat(insert.executeUpdate()).isEqualTo(1);
        for (int column = 1; column <= 8; column++) {
          insert.setNull(column, Types.NULL);
        }
        insert.setString(9, "");
        assertThat(insert.executeUpdate()).isEqualTo(1);
        insert.setNull(9, Types.VARCHAR);
        assertThatThrownBy(insert::executeUpdate)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("k");
      }
      try (PreparedStatement query =
          connection.prepareStatement("SELECT * FROM kinds WHERE k = ?")) {
        query.setString(1, "schön 'n' \"gut\" ☃");
        try (ResultSet result = query.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getBoolean("b")).isTrue();
          assertThat(result.getShort("s")).isEqualTo(Short.MIN_VALUE);
          assertThat(result.getInt("i")).isEqualTo(Integer.MAX_VALUE);
          assertThat(result.getLong("l")).isEqualTo(Long.MIN_VALUE);
          assertThat(result.getFloat("f")).isEqualTo(1.25f);
          assertThat(result.getDouble("d")).isEqualTo(-0.1);
          assertThat(result.getDate("day")).isEqualTo(Date.valueOf("2024-02-29"));
          assertThat(result.getObject("at", Instant.class)).isEqualTo(NOON);
          assertThat(result.getString("k")).isEqualTo("schön 'n' \"gut\" ☃");
          assertThat(result.next()).isFalse();
        }
        query.setString(1, "");
        try (ResultSet result = query.executeQuery()) {
          assertThat(result.next()).isTrue();
          for (int column = 1; column <= 8; column++) {
            assertThat(result.getObject(column)).isNull();
            assertThat(result.wasNull()).isTrue();
          }
          assertThat(result.getString("k")).isEmpty();
        }
      }
    }
  }

  /** Rows of a batch are found by their key, by ranges of time and through all partitions. */
  @Test
  void rowsOfABatchAreFoundByKeyAndByTime() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      makeTrips(statement, "trips", "partitionnum=8, replicanum=2");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO trips VALUES (?, ?, ?)")) {
        for (int i = 0; i < 2_000; i++) {
          insert.setString(1, "taxi-" + i % 100);
          insert.setTimestamp(2, new Timestamp(1_000_000 + i));
          insert.setDouble(3, i);
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(2_000).containsOnly(1);
      }
      assertThat(rows(statement, "SELECT count(*), sum(fare) FROM trips"))
          .containsExactly(List.of(2_000L, 1_999_000.0));
      try (PreparedStatement query =
          connection.prepareStatement(
              "SELECT fare FROM trips WHERE id = ? AND at > ? AND at <= ? ORDER BY at")) {
        query.setString(1, "taxi-7");
        query.setTimestamp(2, new Timestamp(1_000_107));
        query.setTimestamp(3, new Timestamp(1_000_407));
        List<Double> fares = new ArrayList<>();
        try (ResultSet result = query.executeQuery()) {
          while (result.next()) {
            fares.add(result.getDouble(1));
          }
        }
        assertThat(fares).containsExactly(207.0, 307.0, 407.0);
      }
      assertThat(rows(statement, "SELECT fare FROM trips WHERE id = 'taxi-7' LIMIT 2"))
          .containsExactly(List.of(1907.0), List.of(1807.0));
      assertThat(statement.executeUpdate("DELETE FROM trips WHERE id = 'taxi-7'"))
          .isEqualTo(Statement.SUCCESS_NO_INFO);
      assertThat(rows(statement, "SELECT count(*) FROM trips")).containsExactly(List.of(1_980L));
    }
  }

  @Test
  void aTableIsTruncatedAndUsedAgain() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      makeTrips(statement, "shortlived", "partitionnum=4, replicanum=3");
      statement.execute("INSERT INTO shortlived VALUES ('a', 1000, 1.0), ('b', 2000, 2.0)");
      assertThat(rows(statement, "SELECT * FROM shortlived")).hasSize(2);
      statement.execute("TRUNCATE TABLE shortlived");
      assertThat(rows(statement, "SELECT * FROM shortlived")).isEmpty();
      statement.execute("INSERT INTO shortlived VALUES ('a', 3000, NULL)");
      assertThat(rows(statement, "SELECT id, fare FROM shortlived"))
          .containsExactly(Arrays.asList("a", null));
      statement.execute("DROP TABLE shortlived");
      assertThatThrownBy(() -> statement.execute("TRUNCATE TABLE shortlived"))
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42S02"));
    }
  }

  @Test
  void theMetadataAreTheClusters() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      makeTrips(statement, "described", "partitionnum=1, replicanum=1");
      List<String> columns = new ArrayList<>();
      try (ResultSet result = connection.getMetaData().getColumns(null, "shop", "described", "%")) {
        while (result.next()) {
          columns.add(result.getString("COLUMN_NAME") + " " + result.getString("TYPE_NAME"));
        }
      }
      assertThat(columns).containsExactly("id string", "at timestamp", "fare double");
      List<String> schemas = new ArrayList<>();
      try (ResultSet result = connection.getMetaData().getSchemas()) {
        while (result.next()) {
          schemas.add(result.getString(1));
        }
      }
      assertThat(schemas).contains("shop");
      assertThat(rows(statement, "SHOW DATABASES")).contains(List.of("shop"));
      assertThat(rows(statement, "DESC described")).hasSize(3);
      try (PreparedStatement query =
          connection.prepareStatement("SELECT fare AS f FROM described WHERE id = ?")) {
        assertThat(query.getMetaData().getColumnLabel(1)).isEqualTo("f");
        assertThat(query.getMetaData().getColumnType(1)).isEqualTo(Types.DOUBLE);
        assertThat(query.getParameterMetaData().getParameterType(1)).isEqualTo(Types.VARCHAR);
      }
      statement.execute("CREATE DATABASE more");
      statement.execute("DROP DATABASE more");
      assertThat(rows(statement, "SHOW DATABASES")).doesNotContain(List.of("more"));
    }
  }

  /**
   * The leader of a partition goes away below an open connection; nothing that was told is lost.
   */
  @Test
  void aConnectionOutlivesALeader() throws Exception {
    try (InProcessCluster own = new InProcessCluster(directory.resolve("failover"), 3, 0);
        Connection connection =
            DriverManager.getConnection(
                "jdbc:holdfast://" + own.active() + "?requestTimeoutMillis=60000");
        Statement statement = connection.createStatement()) {
      InProcessCluster.await("three tablets", () -> connection.isValid(5) && takes(statement));
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO kept VALUES (?, ?, ?)")) {
        for (int i = 0; i < 100; i++) {
          if (i == 50) {
            own.stopTablet(leader(own));
          }
          insert.setString(1, "k" + i);
          insert.setTimestamp(2, new Timestamp(1_000 + i));
          insert.setDouble(3, i);
          assertThat(insert.executeUpdate()).isEqualTo(1);
        }
      }
      assertThat(rows(statement, "SELECT count(*) FROM kept")).containsExactly(List.of(100L));
      assertThat(rows(statement, "SELECT fare FROM kept WHERE id = 'k49'"))
          .containsExactly(List.of(49.0));
      assertThat(connection.isValid(10)).isTrue();
    }
  }

  /** Whether the table can be made, which needs as many tablets as it has replicas. */
  private static boolean takes(Statement statement) {
    try {
      statement.execute("CREATE DATABASE IF NOT EXISTS own");
      statement.execute("USE own");
      makeTrips(statement, "IF NOT EXISTS kept", "partitionnum=1, replicanum=3");
      return true;
    } catch (SQLException notAllTabletsThere) {
      return false;
    }
  }

  private static String leader(InProcessCluster own) {
    try (HoldfastClient client = HoldfastClient.builder().nameservers(own.active()).build()) {
      return client
          .admin()
          .showTable("own", "kept")
          .get(0)
          .getTablePartition(0)
          .getPartitionMetaList()
          .stream()
          .filter(PartitionMeta::getIsLeader)
          .findFirst()
          .orElseThrow()
          .getEndpoint();
    }
  }
}
