package io.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.common.error.StatusCode;
import io.holdfast.jdbc.run.BatchFailure;
import io.holdfast.jdbc.run.HoldfastBatchException;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** INSERT and DELETE go to the partitions' leaders, and what became of each row is told. */
@Timeout(60)
class WriteTest {
  private static final long MILLIS = 1_772_397_005_120L;
  private static final String INSERT = "INSERT INTO trips VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String SHORT =
      "INSERT INTO trips (c_string, c_bigint, c_timestamp) VALUES (?, ?, ?)";

  private static final String ONE_KEY = "INSERT INTO trips (c_string) VALUES (?)";

  private final FakeCluster cluster = new FakeCluster();
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = cluster.connect("timeZone=UTC");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    cluster.close();
  }

  private List<PutRequest> puts() {
    return Stream.concat(cluster.first.puts.stream(), cluster.second.puts.stream()).toList();
  }

  private List<DeleteRequest> deletes() {
    return Stream.concat(cluster.first.deletes.stream(), cluster.second.deletes.stream()).toList();
  }

  private static List<Object> row(PutRequest put) {
    try {
      return RowView.of(TableSchema.of(FakeCluster.trips()), put.getValue().toByteArray()).values();
    } catch (RowFormatException | SchemaException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int pid(String key) {
    return PartitionHash.partition(key, 4);
  }

  @Test
  void aRowOfAllTypesIsWrittenUnderEachOfItsKeys() throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setBoolean(1, true);
      insert.setByte(2, (byte) 2);
      insert.setBigDecimal(3, new BigDecimal("3"));
      insert.setInt(4, 4);
      insert.setDouble(5, 1.5);
      insert.setString(6, "2.5");
      insert.setObject(7, LocalDate.of(2026, 3, 1));
      insert.setTimestamp(8, new Timestamp(MILLIS));
      insert.setObject(9, 17);
      assertThat(insert.executeUpdate()).isEqualTo(1);
      assertThat(insert.getUpdateCount()).isEqualTo(1);
    }
    for (PutRequest put : puts()) {
      assertThat(row(put))
          .containsExactly(
              true, (short) 2, 3, 4L, 1.5f, 2.5, LocalDate.of(2026, 3, 1), MILLIS, "17");
    }
    assertThat(puts())
        .flatExtracting(put -> put.getDimensionsList().stream().map(d -> d.getKey()).toList())
        .containsExactlyInAnyOrder("17", "4");
    assertThat(puts())
        .allSatisfy(
            put ->
                assertThat(put.getDimensionsList())
                    .allSatisfy(d -> assertThat(pid(d.getKey())).isEqualTo(put.getPid())));
  }

  @Test
  void nullsAreWrittenWhereTheTableAllowsThem() throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int i = 1; i <= 8; i++) {
        insert.setNull(i, Types.NULL);
      }
      insert.setString(9, "key");
      insert.setLong(4, 1);
      insert.setLong(8, 5);
      insert.executeUpdate();
      assertThat(row(puts().get(0)))
          .containsExactly(null, null, null, 1L, null, null, null, 5L, "key");
      insert.setNull(9, Types.VARCHAR);
      assertThatThrownBy(insert::executeUpdate)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("c_string");
    }
  }

  @Test
  void aValueThatDoesNotFitItsColumnIsRefused() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO trips (c_string, c_smallint) VALUES ('a', ?)")) {
      insert.setInt(1, 70_000);
      assertThatThrownBy(insert::executeUpdate)
          .isInstanceOf(SQLDataException.class)
          .hasMessageContaining("c_smallint")
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("22003"));
    }
    assertThat(puts()).isEmpty();
  }

  @Test
  void severalRowsAndLiteralsAreWritten() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "INSERT INTO trips (c_string, c_bigint, c_timestamp)"
                      + " VALUES ('a', 1, 1000), ('b', 2, 2000)"))
          .isEqualTo(2);
      statement.executeUpdate("INSERT OR IGNORE INTO trips (c_string) VALUES ('c')");
    }
    assertThat(puts()).filteredOn(PutRequest::getPutIfAbsent).isNotEmpty();
    assertThat(puts()).filteredOn(put -> !put.getPutIfAbsent()).isNotEmpty();
  }

  /** A column that somebody has added since is heard of when it is needed. */
  @Test
  void aNewColumnIsLearned() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("INSERT INTO trips (c_string) VALUES ('a')");
      TableInfo altered =
          cluster.nameServer.tables.get(0).toBuilder()
              .addAddedColumnDesc(
                  ColumnDesc.newBuilder().setName("later").setDataType(DataType.kInt))
              .build();
      cluster.nameServer.replace(altered);
      assertThat(statement.executeUpdate("INSERT INTO trips (c_string, later) VALUES ('b', 7)"))
          .isEqualTo(1);
      assertThatThrownBy(
              () -> statement.executeUpdate("INSERT INTO trips (c_string, never) VALUES ('b', 7)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("never");
    }
  }

  @Test
  void aBatchHasACodeForEachRow() throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(SHORT)) {
      for (int i = 0; i < 1_000; i++) {
        insert.setString(1, "key" + i);
        insert.setLong(2, i);
        insert.setTimestamp(3, new Timestamp(1_000 + i));
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(1_000).containsOnly(1);
      assertThat(insert.executeBatch()).as("it is empty again").isEmpty();
    }
    assertThat(puts())
        .flatExtracting(put -> put.getDimensionsList().stream().map(d -> d.getKey()).toList())
        .hasSize(2_000);
  }

  /** Rows that fail are named, and of each it is said whether it may be there all the same. */
  @Test
  void aBatchThatFailsSaysWhichRowsAndWhatOfThem() throws SQLException {
    // Refused for good under both keys; code 307 is the request's own fault.
    cluster.first.answerPuts(WriteTest::refusedOrSilent);
    cluster.second.answerPuts(WriteTest::refusedOrSilent);
    try (PreparedStatement insert = connection.prepareStatement(SHORT)) {
      insert.setQueryTimeout(2);
      for (String key : List.of("a", "refused", "b", "silent", "c")) {
        insert.setString(1, key);
        insert.setLong(2, key.equals("refused") ? 77 : 1);
        insert.setTimestamp(3, new Timestamp(1_000));
        insert.addBatch();
      }
      insert.setString(1, "wrong");
      insert.setString(2, "no number");
      insert.addBatch();
      HoldfastBatchException failed =
          catchThrowableOfType(HoldfastBatchException.class, insert::executeBatch);
      assertThat(failed.getUpdateCounts())
          .containsExactly(
              1,
              Statement.EXECUTE_FAILED,
              1,
              Statement.EXECUTE_FAILED,
              1,
              Statement.EXECUTE_FAILED);
      assertThat(failed.failures()).extracting(BatchFailure::position).containsExactly(1, 3, 5);
      assertThat(failed.failures())
          .extracting(BatchFailure::outcomeUnknown)
          .containsExactly(false, true, false);
      assertThat(failed.getSQLState()).isEqualTo("08007");
      assertThat(failed.getMessage())
          .contains("of 6 rows of the batch 3 are done, 3 failed, and 1 of these")
          .contains("row 3 (may be written)")
          .doesNotContain("not sent");
      assertThat((Object) failed.getNextException()).isSameAs(failed.failures().get(0).cause());
      assertThat((Object) failed.failures().get(1).cause()).isInstanceOf(SQLTimeoutException.class);
      assertThat((Object) failed.failures().get(2).cause()).isInstanceOf(SQLDataException.class);
    }
  }

  /** Rows 0 to 2 are answered, the next four are under way, and then nobody is to send any more. */
  private HoldfastBatchException stopped(PreparedStatement insert, Runnable stop)
      throws SQLException {
    ToIntFunction<PutRequest> answers =
        put -> {
          // A row is put under two keys, each perhaps in a partition of its own.
          String key = (String) row(put).get(8);
          if (key.equals("key6")) {
            stop.run();
          }
          return List.of("key0", "key1", "key2").contains(key) ? 0 : FakeTablet.NO_ANSWER;
        };
    cluster.first.answerPuts(answers);
    cluster.second.answerPuts(answers);
    for (int i = 0; i < 100; i++) {
      insert.setString(1, "key" + i);
      insert.addBatch();
    }
    HoldfastBatchException failed =
        catchThrowableOfType(HoldfastBatchException.class, insert::executeBatch);
    assertThat(failed.failures()).hasSize(97);
    assertThat(failed.failures().subList(0, 4)).allMatch(BatchFailure::outcomeUnknown);
    assertThat(failed.failures().subList(4, 97)).allMatch(BatchFailure::notSent);
    assertThat(failed.getUpdateCounts()).startsWith(1, 1, 1).endsWith(Statement.EXECUTE_FAILED);
    assertThat(failed.getMessage())
        .contains("of 100 rows of the batch 3 are done, 4 failed, and 4 of these may")
        .contains("93 were not sent: rows 7-99");
    assertThat(puts()).noneMatch(put -> row(put).get(8).equals("key7"));
    return failed;
  }

  /** An interrupted batch sends nothing more, and says what became of each row. */
  @Test
  void aBatchThatIsInterruptedSendsNothingMore() throws SQLException {
    Thread caller = Thread.currentThread();
    try (Connection few = cluster.connect("batchWindow=4");
        PreparedStatement insert = few.prepareStatement(ONE_KEY)) {
      HoldfastBatchException failed = stopped(insert, caller::interrupt);
      assertThat(Thread.interrupted()).as("the caller is told").isTrue();
      assertThat(failed.failures().get(50).cause().getMessage()).contains("interrupted");
    }
  }

  @Test
  void aBatchThatIsCancelledSendsNothingMore() throws SQLException {
    try (Connection few = cluster.connect("batchWindow=4");
        PreparedStatement insert = few.prepareStatement(ONE_KEY)) {
      HoldfastBatchException failed = stopped(insert, () -> cancel(insert));
      assertThat(failed.failures().get(50).cause().getMessage()).contains("cancelled");
    }
  }

  private static void cancel(Statement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aBatchWhoseTimeIsOverSendsNothingMore() throws SQLException {
    try (Connection few = cluster.connect("batchWindow=4");
        PreparedStatement insert = few.prepareStatement(ONE_KEY)) {
      insert.setQueryTimeout(1);
      HoldfastBatchException failed = stopped(insert, () -> {});
      assertThat(failed.failures().get(50).cause().getMessage()).contains("the call had 1000 ms");
      assertThat((Object) failed.getNextException().getNextException()).isNotNull();
    }
  }

  /** Statements that follow the one that was interrupted are not executed. */
  @Test
  void aBatchOfTextsThatIsInterruptedExecutesNothingMore() throws SQLException {
    Thread caller = Thread.currentThread();
    ToIntFunction<PutRequest> answers =
        put -> {
          boolean isSecond = row(put).get(8).equals("b");
          if (isSecond) {
            caller.interrupt();
          }
          return isSecond ? FakeTablet.NO_ANSWER : 0;
        };
    cluster.first.answerPuts(answers);
    cluster.second.answerPuts(answers);
    try (Statement statement = connection.createStatement()) {
      for (String key : List.of("a", "b", "c")) {
        statement.addBatch("INSERT INTO trips (c_string) VALUES ('" + key + "')");
      }
      HoldfastBatchException failed =
          catchThrowableOfType(HoldfastBatchException.class, statement::executeBatch);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(failed.failures())
          .extracting(BatchFailure::fate)
          .containsExactly(BatchFailure.Fate.UNKNOWN, BatchFailure.Fate.NOT_SENT);
      assertThat(failed.getMessage()).contains("1 were not sent: rows 2");
    }
    assertThat(puts()).noneMatch(put -> names(put, "c"));
  }

  private static int refusedOrSilent(PutRequest put) {
    if (names(put, "refused") || names(put, "77")) {
      return 307;
    }
    return names(put, "silent") ? FakeTablet.NO_ANSWER : 0;
  }

  private static boolean names(PutRequest put, String key) {
    return put.getDimensionsList().stream().anyMatch(d -> d.getKey().equals(key));
  }

  /** A row that is too large is wrong by itself, whoever else is written with it. */
  @Test
  void aRowThatIsTooLargeIsRefusedAsData() throws SQLException {
    ToIntFunction<PutRequest> answers =
        put -> row(put).get(8).equals("large") ? StatusCode.TOO_LARGE.number() : 0;
    cluster.first.answerPuts(answers);
    cluster.second.answerPuts(answers);
    try (PreparedStatement insert = connection.prepareStatement(SHORT)) {
      for (String key : List.of("a", "large", "b")) {
        insert.setString(1, key);
        insert.setLong(2, key.length());
        insert.setTimestamp(3, new Timestamp(1_000));
        insert.addBatch();
      }
      HoldfastBatchException failed =
          catchThrowableOfType(HoldfastBatchException.class, insert::executeBatch);
      assertThat(failed.getUpdateCounts()).containsExactly(1, Statement.EXECUTE_FAILED, 1);
      SQLException cause = failed.failures().get(0).cause();
      assertThat((Object) cause).isInstanceOf(SQLDataException.class);
      assertThat(cause.getSQLState()).isEqualTo("22001");
      assertThat(cause.getErrorCode()).isEqualTo(1203);
    }
  }

  /** A statement of several rows of which one fails is done in part, and says so. */
  @Test
  void aStatementThatIsDoneInPartSaysSo() throws SQLException {
    cluster.first.answerPuts(put -> names(put, "refused") ? 307 : 0);
    cluster.second.answerPuts(put -> names(put, "refused") ? 307 : 0);
    try (Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.executeUpdate(
                      "INSERT INTO trips (c_string) VALUES ('a'), ('refused'), ('b')"))
          .isInstanceOf(SQLRecoverableException.class)
          .hasMessageContaining("2 of 3 rows")
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08007"));
    }
  }

  /** A write whose time is over may have been done: the exception says it. */
  @Test
  void aWriteThatEndsByItsTimeoutIsUnknown() throws SQLException {
    cluster.first.answerPuts(put -> FakeTablet.NO_ANSWER);
    cluster.second.answerPuts(put -> FakeTablet.NO_ANSWER);
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO trips (c_string) VALUES ('a')"))
          .isInstanceOf(SQLTimeoutException.class)
          .hasMessageContaining("may or may not have been done")
          .satisfies(e -> assertThat(((SQLException) e).getErrorCode()).isEqualTo(1201));
    }
  }

  /** A follower names no leader and refuses; the write is repeated until the leader is found. */
  @Test
  void anotherLeaderIsFound() throws SQLException {
    int[] refusals = {3};
    cluster.first.answerPuts(put -> refusals[0]-- > 0 ? 103 : 0);
    cluster.second.answerPuts(put -> refusals[0]-- > 0 ? 103 : 0);
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("INSERT INTO trips (c_string) VALUES ('a')")).isEqualTo(1);
    }
  }

  @Test
  void aBatchOfTextsIsExecutedInOrder() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.addBatch("INSERT INTO trips (c_string) VALUES ('a'), ('b')");
      statement.addBatch("DELETE FROM trips WHERE c_string = 'a'");
      assertThat(statement.executeBatch()).containsExactly(2, Statement.SUCCESS_NO_INFO);
      statement.addBatch("SELECT 1");
      statement.addBatch("INSERT INTO trips (c_string) VALUES ('c')");
      BatchUpdateException failed =
          catchThrowableOfType(BatchUpdateException.class, statement::executeBatch);
      assertThat(failed.getUpdateCounts()).containsExactly(Statement.EXECUTE_FAILED, 1);
    }
  }

  @Test
  void rowsOfAKeyAreDeleted() throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM trips WHERE c_bigint = ?")) {
      delete.setString(1, "4");
      assertThat(delete.executeUpdate()).isEqualTo(Statement.SUCCESS_NO_INFO);
      delete.addBatch();
      delete.setInt(1, 5);
      delete.addBatch();
      assertThat(delete.executeBatch()).containsOnly(Statement.SUCCESS_NO_INFO).hasSize(2);
    }
    assertThat(deletes())
        .extracting(DeleteRequest::getKey)
        .containsExactlyInAnyOrder("4", "4", "5");
    assertThat(deletes()).allSatisfy(d -> assertThat(d.getIdxName()).isEqualTo("by_number"));
    assertThat(deletes()).allSatisfy(d -> assertThat(d.getPid()).isEqualTo(pid(d.getKey())));
  }

  @Test
  void rowsOfATimeAreDeleted() throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM trips WHERE c_bigint = 4 AND c_timestamp > ? AND c_timestamp <= ?")) {
      delete.setTimestamp(1, new Timestamp(1_000));
      delete.setTimestamp(2, new Timestamp(2_000));
      delete.executeUpdate();
      DeleteRequest request = deletes().get(0);
      assertThat(request.getEndTs()).isEqualTo(1_000);
      assertThat(request.getTs()).isEqualTo(2_000);
      assertThat(request.getTsName()).isEqualTo("c_timestamp");
    }
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("DELETE FROM trips WHERE c_timestamp <= 1000");
    }
    assertThat(deletes().stream().filter(d -> !d.hasKey()).map(DeleteRequest::getPid))
        .as("without a key every partition is told")
        .containsExactlyInAnyOrder(0, 1, 2, 3);
  }
}
