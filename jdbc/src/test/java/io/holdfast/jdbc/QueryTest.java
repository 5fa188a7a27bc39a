package io.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.query.ResultColumn;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queries against tablets that speak the wire: rows, parameters, times and failures. */
@Timeout(60)
class QueryTest {
  private static final long MILLIS = 1_772_397_005_120L;
  private static final List<ResultColumn> NINE =
      Arrays.stream(ColumnType.values()).map(t -> new ResultColumn("c_" + t.name(), t)).toList();
  private static final List<Object> VALUES =
      List.of(true, (short) 2, 3, 4L, 1.5f, 2.5, LocalDate.of(2026, 3, 1), MILLIS, "text");
  private static final List<Object> NULLS = Arrays.asList(new Object[9]);

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void rowsOfAllTypesAndNullsAreRead() throws SQLException {
    cluster.answer(NINE, List.of(VALUES, NULLS));
    try (Connection connection = cluster.connect("timeZone=UTC");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM trips")) {
      assertThat(result.isBeforeFirst()).isTrue();
      assertThat(result.next()).isTrue();
      assertThat(result.getBoolean("C_BOOL")).isTrue();
      assertThat(result.getShort(2)).isEqualTo((short) 2);
      assertThat(result.getInt(3)).isEqualTo(3);
      assertThat(result.getLong(4)).isEqualTo(4);
      assertThat(result.getFloat(5)).isEqualTo(1.5f);
      assertThat(result.getDouble(6)).isEqualTo(2.5);
      assertThat(result.getDate(7).toLocalDate()).isEqualTo(LocalDate.of(2026, 3, 1));
      assertThat(result.getTimestamp(8)).isEqualTo(new Timestamp(MILLIS));
      assertThat(result.getString(9)).isEqualTo("text");
      assertThat(result.getObject("c_date", LocalDate.class)).isEqualTo(LocalDate.of(2026, 3, 1));
      assertThat(result.getObject(8, Instant.class)).isEqualTo(Instant.ofEpochMilli(MILLIS));
      assertThat(result.getObject(2)).isEqualTo(2);
      assertThat(result.wasNull()).isFalse();
      assertThat(result.isFirst()).isTrue();
      assertThat(result.next()).isTrue();
      for (int i = 1; i <= 9; i++) {
        assertThat(result.getObject(i)).isNull();
        assertThat(result.getString(i)).isNull();
        assertThat(result.wasNull()).isTrue();
      }
      assertThat(result.getBoolean(1)).isFalse();
      assertThat(result.getInt(3)).isZero();
      assertThat(result.getDouble(6)).isZero();
      assertThat(result.getBigDecimal(6)).isNull();
      assertThat(result.getBytes(9)).isNull();
      assertThat(result.getCharacterStream(9)).isNull();
      assertThat(result.getObject(8, OffsetDateTime.class)).isNull();
      assertThat(result.isLast()).isTrue();
      assertThat(result.getRow()).isEqualTo(2);
      assertThat(result.next()).isFalse();
      assertThat(result.isAfterLast()).isTrue();
      assertThat(result.next()).isFalse();
    }
  }

  @Test
  void whatAResultCannotDoIsSaid() throws SQLException {
    cluster.answer(NINE, List.of(VALUES));
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      ResultSet result = statement.executeQuery("SELECT * FROM trips");
      assertThatThrownBy(() -> result.getInt(1)).hasMessageContaining("call next()");
      assertThat(result.next()).isTrue();
      assertThatThrownBy(() -> result.getInt(10)).isInstanceOf(SQLSyntaxErrorException.class);
      assertThatThrownBy(() -> result.getInt("c_none"))
          .isInstanceOf(SQLSyntaxErrorException.class)
          .hasMessageContaining("c_BOOL");
      assertThatThrownBy(result::previous).isInstanceOf(SQLFeatureNotSupportedException.class);
      assertThatThrownBy(() -> result.updateInt(1, 1))
          .isInstanceOf(SQLFeatureNotSupportedException.class)
          .hasMessageContaining("INSERT");
      assertThatThrownBy(() -> result.getBlob(1))
          .isInstanceOf(SQLFeatureNotSupportedException.class);
      assertThat(result.next()).isFalse();
      assertThatThrownBy(() -> result.getInt(1)).hasMessageContaining("no more rows");
      ResultSet next = statement.executeQuery("SELECT * FROM trips");
      assertThat(result.isClosed()).as("the statement goes on").isTrue();
      assertThatThrownBy(result::next).isInstanceOf(SQLNonTransientConnectionException.class);
      statement.close();
      assertThat(next.isClosed()).isTrue();
    }
  }

  @Test
  void metadataNamesTheTypes() throws SQLException {
    cluster.answer(NINE, List.of());
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM trips")) {
      ResultSetMetaData meta = result.getMetaData();
      assertThat(meta.getColumnCount()).isEqualTo(9);
      int[] types = {
        Types.BOOLEAN,
        Types.SMALLINT,
        Types.INTEGER,
        Types.BIGINT,
        Types.REAL,
        Types.DOUBLE,
        Types.DATE,
        Types.TIMESTAMP,
        Types.VARCHAR
      };
      String[] words = {
        "bool", "smallint", "int", "bigint", "float", "double", "date", "timestamp", "string"
      };
      for (int i = 1; i <= 9; i++) {
        assertThat(meta.getColumnType(i)).isEqualTo(types[i - 1]);
        assertThat(meta.getColumnTypeName(i)).isEqualTo(words[i - 1]);
      }
      assertThat(meta.getColumnLabel(4)).isEqualTo("c_BIGINT");
      assertThat(meta.getColumnClassName(2)).isEqualTo("java.lang.Integer");
      assertThat(meta.isSigned(6)).isTrue();
      assertThat(meta.isNullable(1)).isEqualTo(ResultSetMetaData.columnNullableUnknown);
      assertThatThrownBy(() -> meta.getColumnType(10)).isInstanceOf(SQLException.class);
      assertThat(result.isBeforeFirst()).isFalse();
      assertThat(result.next()).isFalse();
      assertThat(result.isAfterLast()).as("of a result without rows").isFalse();
    }
  }

  /** The tablet gets the text as written, the database, and one row of typed parameters. */
  @Test
  void parametersOfAllTypesArriveAsOneRow() throws SQLException {
    cluster.answer(NINE, List.of());
    String text = "SELECT * FROM trips WHERE c_string IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    try (Connection connection = cluster.connect("timeZone=UTC");
        PreparedStatement statement = connection.prepareStatement(text)) {
      statement.setBoolean(1, true);
      statement.setShort(2, (short) 2);
      statement.setInt(3, 3);
      statement.setLong(4, 4);
      statement.setFloat(5, 1.5f);
      statement.setDouble(6, 2.5);
      statement.setObject(7, LocalDate.of(2026, 3, 1));
      statement.setTimestamp(8, new Timestamp(MILLIS));
      statement.setString(9, "text");
      statement.setNull(10, Types.BIGINT);
      statement.setObject(11, Instant.ofEpochMilli(MILLIS).atOffset(ZoneOffset.ofHours(5)));
      statement.executeQuery().close();
      FakeTablet.Asked asked = cluster.queries().get(0);
      assertThat(asked.request().getSql()).isEqualTo(text);
      assertThat(asked.request().getDb()).isEqualTo("demo");
      assertThat(asked.request().getIsBatch()).isTrue();
      for (int i = 0; i < 9; i++) {
        assertThat(asked.parameters().type(i)).isEqualTo(ColumnType.values()[i]);
        assertThat(asked.parameters().value(i)).isEqualTo(VALUES.get(i));
      }
      assertThat(asked.parameters().type(9)).isEqualTo(ColumnType.BIGINT);
      assertThat(asked.parameters().value(9)).isNull();
      assertThat(asked.parameters().value(10)).isEqualTo(MILLIS);
      statement.clearParameters();
      assertThatThrownBy(statement::executeQuery)
          .hasMessageContaining("parameter 1 has no value")
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("07001");
      assertThatThrownBy(() -> statement.setInt(12, 1)).hasMessageContaining("parameter 12");
      assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
          .hasMessageContaining("has its text");
    }
  }

  /** Before a query is executed its shape follows from the table, if that is enough. */
  @Test
  void aPreparedQueryKnowsItsColumnsAndParameters() throws SQLException {
    try (Connection connection = cluster.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT c_int AS i, c_string FROM trips WHERE c_bigint = ? AND ? < c_timestamp"
                    + " AND c_int + 1 = ?")) {
      ResultSetMetaData meta = statement.getMetaData();
      assertThat(meta.getColumnLabel(1)).isEqualTo("i");
      assertThat(meta.getColumnType(2)).isEqualTo(Types.VARCHAR);
      assertThat(meta.isNullable(2)).isEqualTo(ResultSetMetaData.columnNoNulls);
      assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(3);
      assertThat(statement.getParameterMetaData().getParameterType(1)).isEqualTo(Types.BIGINT);
      assertThat(statement.getParameterMetaData().getParameterType(2)).isEqualTo(Types.TIMESTAMP);
      assertThat(statement.getParameterMetaData().getParameterType(3)).isEqualTo(Types.OTHER);
    }
    try (Connection connection = cluster.connect();
        PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM trips")) {
      assertThat(statement.getMetaData()).isNull();
    }
  }

  @Test
  void rowsEndAtMaxRows() throws SQLException {
    cluster.answer(NINE, List.of(VALUES, VALUES, VALUES));
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.setMaxRows(2);
      ResultSet result = statement.executeQuery("SELECT * FROM trips");
      assertThat(result.next()).isTrue();
      assertThat(result.isLast()).isFalse();
      assertThat(result.next()).isTrue();
      assertThat(result.isLast()).isTrue();
      assertThat(result.next()).isFalse();
    }
  }

  @Test
  void aRefusalIsASyntaxErrorWithTheTabletsWords() throws SQLException {
    cluster.first.answer(asked -> FakeTablet.Reply.refusal(1000, "no such column: x"));
    cluster.second.answer(asked -> FakeTablet.Reply.refusal(1000, "no such column: x"));
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("SELECT x FROM trips"))
          .isInstanceOf(SQLSyntaxErrorException.class)
          .hasMessageContaining("no such column: x")
          .satisfies(e -> assertThat(((SQLException) e).getErrorCode()).isEqualTo(1000));
      assertThatThrownBy(() -> statement.executeQuery("SELEC x FROM trips"))
          .isInstanceOf(SQLSyntaxErrorException.class)
          .hasMessageContaining("line 1");
      assertThatThrownBy(() -> statement.executeUpdate("SELECT 1"))
          .hasMessageContaining("use executeQuery");
      assertThatThrownBy(() -> statement.executeQuery("SELECT ?"))
          .hasMessageContaining("use prepareStatement");
    }
    assertThat(cluster.queries()).as("repeating a refusal is of no use").hasSize(1);
  }

  /** A query's time is its time, also when a tablet has taken it and says nothing. */
  @Test
  void aQueryEndsByItsTimeout() throws SQLException {
    cluster.first.answer(FakeTablet.SILENT);
    cluster.second.answer(FakeTablet.SILENT);
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      long start = System.nanoTime();
      assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM trips"))
          .isInstanceOf(SQLTimeoutException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("HYT00"));
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(500L, 5_000L);
      statement.setQueryTimeout(0);
      connection.setNetworkTimeout(Runnable::run, 200);
      assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM trips"))
          .isInstanceOf(SQLTimeoutException.class);
      assertThat(connection.getNetworkTimeout()).isEqualTo(200);
    }
  }

  /** A tablet that hangs gets half of the time, and another one the rest. */
  @Test
  void anotherTabletIsAskedWhenOneHangs() throws SQLException {
    cluster.first.answer(FakeTablet.SILENT);
    cluster.second.answer(NINE, List.of(VALUES));
    try (Connection connection = cluster.connect("requestTimeoutMillis=2000");
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 4; i++) {
        try (ResultSet result = statement.executeQuery("SELECT * FROM trips")) {
          assertThat(result.next()).isTrue();
        }
      }
    }
    assertThat(cluster.first.queries).as("it is passed over for a while").hasSizeLessThan(3);
  }

  @Test
  void anotherThreadCancels() throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    cluster.first.answer(
        query -> {
          asked.complete(null);
          return null;
        });
    cluster.second.answer(
        query -> {
          asked.complete(null);
          return null;
        });
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      CompletableFuture<Void> cancelled =
          asked.thenAccept(
              ignored -> {
                try {
                  statement.cancel();
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM trips"))
          .isInstanceOf(SQLNonTransientException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("57014"));
      cancelled.get(10, TimeUnit.SECONDS);
    }
  }

  /** The first host is gone: the second one is enough, to connect and to ask. */
  @Test
  void aSecondHostTakesOver() throws SQLException {
    cluster.answer(NINE, List.of(VALUES));
    String gone = cluster.first.endpoint();
    cluster.first.close();
    String hosts = gone + "," + cluster.second.endpoint();
    try (Connection connection = DriverManager.getConnection(FakeCluster.url(hosts, ""));
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM trips")) {
      assertThat(result.next()).isTrue();
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  /** All hosts are asked at once: one that takes the connection and is silent costs no time. */
  @Test
  void aHostThatIsSilentIsNotWaitedFor() throws Exception {
    cluster.answer(NINE, List.of(VALUES));
    try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      String nobody = "127.0.0.1:" + silent.getLocalPort();
      for (String living : List.of(cluster.nameServer.endpoint(), cluster.first.endpoint())) {
        long begin = System.nanoTime();
        try (Connection connection =
                DriverManager.getConnection(
                    FakeCluster.url(nobody + "," + living, "connectTimeoutMillis=60000"));
            Statement statement = connection.createStatement();
            ResultSet result = statement.executeQuery("SELECT * FROM trips")) {
          assertThat(result.next()).isTrue();
        }
        // Half a minute it was when all were waited for.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
      }
    }
  }

  /** Nobody is there: each host is named with what is wrong with it. */
  @Test
  void hostsThatDoNotAnswerAreNamedWithTheReason() throws Exception {
    String gone = cluster.first.endpoint();
    cluster.first.close();
    try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      String nobody = "127.0.0.1:" + silent.getLocalPort();
      assertThatThrownBy(
              () ->
                  DriverManager.getConnection(
                      FakeCluster.url(gone + "," + nobody, "connectTimeoutMillis=2000")))
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageContaining(gone + ": ")
          .hasMessageContaining("refused")
          .hasMessageContaining(nobody + ": ")
          .hasMessageContaining("answer");
    }
  }

  /**
   * Once the table is known, by a write here: each time the same one, and another if that is gone.
   */
  @Test
  void aQuestionAboutOneKeyGoesToItsLeader() throws SQLException {
    cluster.answer(NINE, List.of(VALUES));
    try (Connection connection = cluster.connect();
        Statement insert = connection.createStatement();
        PreparedStatement query =
            connection.prepareStatement("SELECT * FROM trips WHERE c_string = ?")) {
      insert.execute("INSERT INTO trips (c_string) VALUES ('a')");
      for (int round = 0; round < 3; round++) {
        for (int key = 0; key < 7; key++) {
          query.setString(1, "key" + key);
          query.executeQuery().close();
        }
      }
      // By turns, each key would have been asked for at both.
      assertThat(keysAskedFor(cluster.first)).isNotEmpty();
      assertThat(keysAskedFor(cluster.second)).isNotEmpty();
      assertThat(keysAskedFor(cluster.first))
          .doesNotContainAnyElementsOf(keysAskedFor(cluster.second));
      cluster.first.close();
      for (int key = 0; key < 7; key++) {
        query.setString(1, "key" + key);
        try (ResultSet result = query.executeQuery()) {
          assertThat(result.next()).isTrue();
        }
      }
    }
  }

  private static Set<Object> keysAskedFor(FakeTablet tablet) {
    return tablet.queries.stream()
        .filter(asked -> asked.parameters().size() == 1)
        .map(asked -> asked.parameters().value(0))
        .collect(Collectors.toSet());
  }

  /** A tablet dies while the connection is open: the other one answers, and nobody notices. */
  @Test
  void aTabletThatDiesIsReplaced() throws SQLException {
    cluster.answer(NINE, List.of(VALUES));
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 4; i++) {
        statement.executeQuery("SELECT * FROM trips").close();
      }
      assertThat(cluster.first.queries).isNotEmpty();
      assertThat(cluster.second.queries).isNotEmpty();
      cluster.first.close();
      for (int i = 0; i < 4; i++) {
        try (ResultSet result = statement.executeQuery("SELECT * FROM trips")) {
          assertThat(result.next()).isTrue();
        }
      }
      cluster.second.close();
      assertThat(connection.isValid(1)).isFalse();
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM trips"))
          .isInstanceOfAny(SQLTimeoutException.class, SQLTransientConnectionException.class);
    }
  }

  @Test
  void aClusterThatIsNotThereCannotBeConnectedTo() {
    String gone = cluster.first.endpoint();
    cluster.first.close();
    assertThatThrownBy(
            () -> DriverManager.getConnection(FakeCluster.url(gone, "connectTimeoutMillis=1000")))
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining(gone)
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08001"));
    assertThatThrownBy(() -> DriverManager.getConnection(cluster.url() + "x"))
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageContaining("no database demox");
    assertThat(HoldfastDriver.openClusters()).as("nothing is left behind").isZero();
  }

  /** With tablets alone there are queries, and a clear word for everything else. */
  @Test
  void tabletsAloneAnswerQueriesOnly() throws SQLException {
    cluster.answer(NINE, List.of(VALUES));
    try (Connection connection =
            DriverManager.getConnection(FakeCluster.url(cluster.first.endpoint(), ""));
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("SELECT * FROM trips").next()).isTrue();
      assertThatThrownBy(() -> statement.execute("DROP TABLE trips"))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessageContaining("Add a nameserver");
    }
  }

  @Test
  void connectionsThatAreClosedSaySoAndLeaveNothingBehind() throws SQLException {
    Connection connection = cluster.connect();
    Connection other = cluster.connect();
    Statement statement = connection.createStatement();
    assertThat(HoldfastDriver.openClusters()).as("they share the way there").isEqualTo(1);
    connection.close();
    connection.close();
    assertThat(connection.isClosed()).isTrue();
    assertThat(connection.isValid(1)).isFalse();
    assertThat(statement.isClosed()).isTrue();
    assertThatThrownBy(connection::createStatement)
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08003"));
    assertThat(other.isValid(5)).isTrue();
    other.abort(Runnable::run);
    assertThat(other.isClosed()).isTrue();
    assertThat(HoldfastDriver.openClusters()).isZero();
  }

  @Test
  void thereAreNoTransactions() throws SQLException {
    try (Connection connection = cluster.connect()) {
      assertThat(connection.getAutoCommit()).isTrue();
      connection.setAutoCommit(true);
      assertThatThrownBy(() -> connection.setAutoCommit(false))
          .isInstanceOf(SQLFeatureNotSupportedException.class)
          .hasMessageContaining("no transactions");
      assertThatThrownBy(connection::commit)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("25000"));
      assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
      assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_NONE);
      connection.setTransactionIsolation(Connection.TRANSACTION_NONE);
      assertThatThrownBy(
              () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
          .isInstanceOf(SQLFeatureNotSupportedException.class);
      assertThatThrownBy(() -> connection.prepareCall("{call x}"))
          .isInstanceOf(SQLFeatureNotSupportedException.class);
      assertThatThrownBy(
              () ->
                  connection.createStatement(
                      ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY))
          .isInstanceOf(SQLFeatureNotSupportedException.class);
    }
  }

  @Test
  void aStatementCanCloseWithItsResult() throws SQLException {
    cluster.answer(NINE, List.of(VALUES));
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.closeOnCompletion();
      statement.executeQuery("SELECT * FROM trips");
      statement.executeQuery("SELECT * FROM trips").close();
      assertThat(statement.isClosed()).isTrue();
    }
  }
}
