package io.holdfast.it.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.holdfast.it.shell.InProcessCluster;
import io.holdfast.protocol.openmldb.tablet.QueryRequest;
import io.holdfast.protocol.openmldb.tablet.QueryResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is too large, too deep or wrong is refused with a code and a sentence, by the driver and by
 * a tablet that is asked past it; and afterwards the same connection answers as before.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BadInputClusterTest {
  private static final int REFUSED = 1000;
  private static final MethodDescriptor QUERY =
      Tablet.getDescriptor().findServiceByName("TabletServer").findMethodByName("Query");

  @TempDir static Path directory;
  private static InProcessCluster cluster;
  private static RpcClient rpc;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    cluster = new InProcessCluster(directory, 1, 0);
    rpc = RpcClient.create(RpcClientSettings.defaults());
    connection = DriverManager.getConnection("jdbc:holdfast://" + cluster.active());
    InProcessCluster.await("a table", BadInputClusterTest::makesTable);
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO trips VALUES ('a', 1000, 2.5, '2024-01-31')");
    }
  }

  private static boolean makesTable() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS demo");
      statement.execute("USE demo");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS trips (id string NOT NULL, at timestamp, fare double, day"
              + " date, INDEX(KEY=id, TS=at)) OPTIONS (partitionnum=2, replicanum=1)");
      return true;
    } catch (SQLException noTabletYet) {
      return false;
    }
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    rpc.close();
    cluster.close();
  }

  /** Both ways still answer, over the connections that were used for what was refused. */
  @AfterEach
  void everythingStillAnswers() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT fare FROM trips WHERE id = 'a'")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getDouble(1)).isEqualTo(2.5);
    }
    QueryResponse answer = ask(bytes("SELECT fare FROM trips WHERE id = 'a'"), List.of(), 0, 0);
    assertThat(answer.getCode()).as(answer.getMsg()).isZero();
    assertThat(answer.getCount()).isEqualTo(1);
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static QueryResponse ask(
      ByteString sql, List<DataType> types, int saidBytes, int sentBytes) throws Exception {
    QueryRequest.Builder request =
        QueryRequest.newBuilder()
            .setSqlBytes(sql)
            .setDb("demo")
            .setIsBatch(true)
            .addAllParameterTypes(types);
    if (!types.isEmpty()) {
      request.setParameterRowSize(saidBytes).setParameterRowSlices(1);
    }
    return rpc.callWithAttachment(
            cluster.tablets().get(0),
            QUERY,
            request.build(),
            ByteBuffer.wrap(new byte[sentBytes]),
            QueryResponse.getDefaultInstance(),
            Duration.ofSeconds(30))
        .get(40, TimeUnit.SECONDS)
        .message();
  }

  static Stream<Arguments> refused() {
    int many = 10_000;
    return Stream.of(
        Arguments.of("SELECT '" + "x".repeat(1 << 20) + "'", "1048576"),
        Arguments.of("SELECT " + "(".repeat(many) + "1" + ")".repeat(many), "100 levels deep"),
        Arguments.of("SELECT " + "NOT ".repeat(many) + "true", "100 levels deep"),
        Arguments.of("SELECT " + "abs(".repeat(many) + "1" + ")".repeat(many), "100 levels deep"),
        Arguments.of("SELECT " + "CASE WHEN ".repeat(many) + "1", "100 levels deep"),
        Arguments.of("SELECT 1" + " + 1".repeat(many), "chains or nests more than"),
        Arguments.of("SELECT * FROM trips LIMIT 9223372036854775808", "9223372036854775808"),
        Arguments.of("SELECT * FROM trips LIMIT -1", "LIMIT"),
        Arguments.of("SELECT * FROM trips LIMIT 'x'", "LIMIT"),
        Arguments.of("SELECT day + true FROM trips", "date"),
        Arguments.of("SELECT sum(day) FROM trips", "sum"),
        Arguments.of("SELECT * FROM trips WHERE day = fare", "date"),
        Arguments.of("SELECT nothing FROM trips", "nothing"),
        Arguments.of("SELECT nothing(1) FROM trips", "nothing"),
        Arguments.of("SELECT * FROM gone", "gone"),
        Arguments.of("SELECT * FROM gone.trips", "gone"),
        Arguments.of("SELECT * FROM trips WHERE id = 'a", "not closed"),
        Arguments.of("SELECT * FROM trips \u0000", ""),
        Arguments.of("", ""),
        Arguments.of("SELECT ?" + ", ?".repeat(many), "more than 10000 parameters"));
  }

  @ParameterizedTest(name = "{index}: {1}")
  @MethodSource("refused")
  void statementsAreRefused(String sql, String word) throws Exception {
    try (Statement statement = connection.createStatement()) {
      SQLException refusal =
          catchThrowableOfType(SQLException.class, () -> statement.executeQuery(sql));
      assertThat((Throwable) refusal).isNotNull();
      assertThat(refusal.getSQLState()).isIn("42000", "42S02", "3F000");
      assertThat(refusal.getMessage()).contains(word).hasSizeBetween(10, 1_000);
    }
    QueryResponse answer = ask(bytes(sql), List.of(), 0, 0);
    assertThat(answer.getCode()).isEqualTo(REFUSED);
    assertThat(answer.getMsg()).contains(word).hasSizeBetween(10, 1_000);
  }

  /** A text that is large and right is executed. */
  @Test
  void aLargeStatementIsExecuted() throws Exception {
    String large = "x".repeat(1_000_000);
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT '" + large + "'")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getString(1)).isEqualTo(large);
    }
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws Exception {
    for (byte[] wrong :
        new byte[][] {
          {(byte) 0xFF},
          {(byte) 0xC3},
          {(byte) 0xC0, (byte) 0x80},
          {(byte) 0xED, (byte) 0xA0, (byte) 0x80}
        }) {
      ByteString sql = bytes("SELECT '").concat(ByteString.copyFrom(wrong)).concat(bytes("'"));
      QueryResponse answer = ask(sql, List.of(), 0, 0);
      assertThat(answer.getCode()).isEqualTo(REFUSED);
      assertThat(answer.getMsg()).contains("UTF-8");
    }
  }

  /** Half a character has no bytes that could be sent. */
  @Test
  void halfACharacterIsRefused() throws Exception {
    try (Statement statement = connection.createStatement()) {
      SQLException refusal =
          catchThrowableOfType(
              SQLException.class, () -> statement.executeQuery("SELECT '\uD800' FROM trips"));
      assertThat(refusal.getSQLState()).isEqualTo("42000");
      assertThat(refusal.getMessage()).contains("line 1, column 9");
    }
  }

  /** Parameters that are not what was said of them are refused. */
  @Test
  void wrongParametersAreRefused() throws Exception {
    ByteString sql = bytes("SELECT * FROM trips WHERE id = ?");
    for (QueryResponse answer :
        List.of(
            ask(sql, List.of(), 0, 0),
            ask(sql, List.of(DataType.kString), 10, 10),
            ask(sql, List.of(DataType.kString), Integer.MAX_VALUE, 10),
            ask(sql, List.of(DataType.kString), -1, 0),
            ask(sql, List.of(DataType.kString, DataType.kInt), 20, 20),
            ask(sql, List.of(DataType.kString), 1 << 20, 1 << 20))) {
      assertThat(answer.getCode()).as(answer.getMsg()).isEqualTo(REFUSED);
      assertThat(answer.getMsg()).hasSizeBetween(10, 1_000);
    }
    try (PreparedStatement query =
        connection.prepareStatement("SELECT * FROM trips WHERE day = ?")) {
      query.setBoolean(1, true);
      SQLException refusal = catchThrowableOfType(SQLException.class, query::executeQuery);
      assertThat(refusal.getSQLState()).isEqualTo("42000");
    }
  }

  /** What a tablet does not do by Query is refused there, and does not do anything. */
  @Test
  void otherStatementsAreNoQueries() throws Exception {
    for (String sql :
        List.of(
            "INSERT INTO trips VALUES ('b', 1, 1, NULL)",
            "DELETE FROM trips WHERE id = 'a'",
            "DROP TABLE trips",
            "SHOW TABLES")) {
      QueryResponse answer = ask(bytes(sql), List.of(), 0, 0);
      assertThat(answer.getCode()).isEqualTo(REFUSED);
      assertThat(answer.getMsg()).hasSizeBetween(10, 1_000);
    }
  }

  @Test
  void writesOfWrongValuesAreRefused() throws Exception {
    for (String sql :
        List.of(
            "INSERT INTO trips VALUES ('b', 'yesterday', 1, NULL)",
            "INSERT INTO trips VALUES ('b', 1, 'much', NULL)",
            "INSERT INTO trips VALUES (NULL, 1, 1, NULL)",
            "INSERT INTO trips VALUES ('b', 1, 1)",
            "INSERT INTO trips (id, nothing) VALUES ('b', 1)",
            "INSERT INTO gone VALUES ('b')",
            "DELETE FROM trips WHERE fare = 2",
            "DELETE FROM trips",
            "INSERT INTO trips VALUES ('" + "(".repeat(1 << 20) + "', 1, 1, NULL)")) {
      try (Statement statement = connection.createStatement()) {
        SQLException refusal =
            catchThrowableOfType(SQLException.class, () -> statement.execute(sql));
        assertThat((Throwable) refusal).as(sql.substring(0, 17)).isNotNull();
        assertThat(refusal.getSQLState()).startsWith("4");
        assertThat(refusal.getMessage()).hasSizeBetween(10, 1_000);
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM trips")) {
      result.next();
      assertThat(result.getLong(1)).isEqualTo(1);
    }
  }
}
