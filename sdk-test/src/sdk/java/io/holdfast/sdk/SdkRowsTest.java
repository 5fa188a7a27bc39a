package io.holdfast.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com._4paradigm.openmldb.sdk.impl.SqlClusterExecutor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are put, asked for and deleted by OpenMLDB's SDK. */
class SdkRowsTest {
  private static final long TIME = 1_700_000_000_000L;

  @TempDir static Path directory;
  @TempDir Path files;
  private static SdkCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SdkCluster.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static void create(String table) throws SQLException {
    cluster.execute(
        "CREATE TABLE "
            + table
            + " (k string, n int, ts timestamp, INDEX(KEY=k, TS=ts)) OPTIONS(PARTITIONNUM=4)");
  }

  private static List<List<String>> select(String table, String rest) throws SQLException {
    return cluster.query("SELECT k, n FROM " + table + " " + rest);
  }

  /** The values of all nine types and NULL come back as they were put, by each way of putting. */
  @Test
  void allTypesThereAndBack() throws Exception {
    cluster.execute(
        "CREATE TABLE nine (x string, b bool, s smallint, i int, l bigint, f float, d double, da"
            + " date, ts timestamp, INDEX(KEY=x, TS=ts))");
    try (PreparedStatement insert =
        cluster
            .sdk()
            .getInsertPreparedStmt(
                SdkCluster.DB, "INSERT INTO nine VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      fill(insert, "prepared");
      assertThat(insert.execute()).isTrue();
      insert.setString(1, "empty");
      for (int column = 2; column <= 8; column++) {
        insert.setNull(column, Types.NULL);
      }
      insert.setTimestamp(9, new Timestamp(TIME));
      assertThat(insert.execute()).isTrue();
      for (String key : List.of("batch1", "batch2")) {
        fill(insert, key);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(2);
    }
    cluster.execute(
        "INSERT INTO nine VALUES ('text', true, 7, -8, 9000000000, 1.5, -2.25, '2024-02-29', "
            + TIME
            + ")");
    List<String> values =
        List.of("true", "7", "-8", "9000000000", "1.5", "-2.25", "2024-02-29", Long.toString(TIME));
    for (String key : List.of("prepared", "batch1", "batch2", "text")) {
      List<List<String>> found = cluster.query("SELECT * FROM nine WHERE x = '" + key + "'");
      assertThat(found).as(key).hasSize(1);
      assertThat(found.get(0).get(0)).isEqualTo(key);
      assertThat(found.get(0).subList(1, 9)).as(key).isEqualTo(values);
    }
    try (java.sql.Statement statement = cluster.sdk().getStatement()) {
      statement.execute("SELECT * FROM nine WHERE x = 'empty'");
      ResultSet rows = statement.getResultSet();
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("empty");
      for (int column = 2; column <= 8; column++) {
        assertThat(((com._4paradigm.openmldb.jdbc.SQLResultSet) rows).getNString(column)).isNull();
      }
      assertThat(rows.next()).isFalse();
    }
    assertThat(cluster.query("SELECT x FROM nine")).as("a full scan").hasSize(5);
  }

  private static void fill(PreparedStatement insert, String key) throws SQLException {
    insert.setString(1, key);
    insert.setBoolean(2, true);
    insert.setShort(3, (short) 7);
    insert.setInt(4, -8);
    insert.setLong(5, 9_000_000_000L);
    insert.setFloat(6, 1.5f);
    insert.setDouble(7, -2.25);
    insert.setDate(8, Date.valueOf("2024-02-29"));
    insert.setTimestamp(9, new Timestamp(TIME));
  }

  /** Newest first; by key, by parameters, by time, a few of them. */
  @Test
  void selects() throws Exception {
    create("asked");
    for (int i = 0; i < 10; i++) {
      cluster.execute("INSERT INTO asked VALUES ('k" + i % 2 + "', " + i + ", " + (TIME + i) + ")");
    }
    assertThat(select("asked", "WHERE k = 'k1'"))
        .extracting(row -> row.get(1))
        .containsExactly("9", "7", "5", "3", "1");
    assertThat(select("asked", "WHERE k = 'k1' LIMIT 2")).hasSize(2);
    assertThat(select("asked", "WHERE k = 'nobody'")).isEmpty();
    assertThat(select("asked", "WHERE n > 6"))
        .extracting(row -> row.get(1))
        .containsExactlyInAnyOrder("7", "8", "9");
    try (PreparedStatement query =
        cluster
            .sdk()
            .getPreparedStatement(
                SdkCluster.DB, "SELECT n FROM asked WHERE k = ? AND ts >= ? AND n < ?")) {
      query.setString(1, "k0");
      query.setTimestamp(2, new Timestamp(TIME + 4));
      query.setInt(3, 8);
      assertThat(Rows.texts(query.executeQuery()))
          .extracting(row -> row.get(0))
          .containsExactly("6", "4");
    }
    assertThatThrownBy(() -> cluster.query("SELECT nothing FROM asked"))
        .isInstanceOf(SQLException.class);
  }

  /** Every row of every partition, more than one page of them. */
  @Test
  void largeFullScan() throws Exception {
    create("scanned");
    int rows = 3_000;
    try (PreparedStatement insert =
        cluster
            .sdk()
            .getInsertPreparedStmt(SdkCluster.DB, "INSERT INTO scanned VALUES (?, ?, ?)")) {
      for (int i = 0; i < rows; i++) {
        insert.setString(1, "key" + i);
        insert.setInt(2, i);
        insert.setTimestamp(3, new Timestamp(TIME + i));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    assertThat(select("scanned", ""))
        .hasSize(rows)
        .extracting(row -> row.get(0))
        .doesNotHaveDuplicates();
  }

  @Test
  void deletes() throws Exception {
    create("thinned");
    for (int i = 0; i < 6; i++) {
      cluster.execute(
          "INSERT INTO thinned VALUES ('k" + i % 2 + "', " + i + ", " + (TIME + i) + ")");
    }
    cluster.execute("DELETE FROM thinned WHERE k = 'k0'");
    assertThat(select("thinned", ""))
        .extracting(row -> row.get(1))
        .containsExactlyInAnyOrder("1", "3", "5");
    cluster.execute("DELETE FROM thinned WHERE k = 'k1' AND ts = " + (TIME + 3));
    assertThat(select("thinned", "WHERE k = 'k1'"))
        .extracting(row -> row.get(1))
        .containsExactly("5", "1");
  }

  /**
   * The time's column is a BIGINT: the SDK's {@code setTimestamp} hands its value to the native
   * library as an integer, which that refuses for a TIMESTAMP without anybody being told; the
   * condition is then missing and the whole key goes.
   */
  @Test
  void deletesPrepared() throws Exception {
    cluster.execute(
        "CREATE TABLE spared (k string, n int, ts bigint, INDEX(KEY=k, TS=ts))"
            + " OPTIONS(PARTITIONNUM=4)");
    for (int i = 0; i < 6; i++) {
      cluster.execute(
          "INSERT INTO spared VALUES ('k" + i % 2 + "', " + i + ", " + (TIME + i) + ")");
    }
    try (PreparedStatement delete =
        cluster
            .sdk()
            .getDeletePreparedStmt(SdkCluster.DB, "DELETE FROM spared WHERE k = ? AND ts = ?")) {
      delete.setString(1, "k1");
      delete.setLong(2, TIME + 3);
      delete.execute();
    }
    assertThat(select("spared", "WHERE k = 'k1'"))
        .extracting(row -> row.get(1))
        .containsExactly("5", "1");
    assertThat(select("spared", "WHERE k = 'k0'")).hasSize(3);
  }

  @Test
  void truncatesAndDrops() throws Exception {
    create("gone");
    cluster.execute("INSERT INTO gone VALUES ('k', 1, " + TIME + ")");
    assertThat(select("gone", "")).hasSize(1);
    cluster.execute("TRUNCATE TABLE gone");
    assertThat(select("gone", "")).isEmpty();
    assertThat(select("gone", "WHERE k = 'k'")).isEmpty();
    cluster.execute("INSERT INTO gone VALUES ('k', 2, " + TIME + ")");
    assertThat(select("gone", "WHERE k = 'k'")).hasSize(1);
    cluster.execute("DROP TABLE gone");
    assertThat(cluster.column("SHOW TABLES")).doesNotContain("gone");
    assertThatThrownBy(() -> select("gone", "")).isInstanceOf(SQLException.class);
    create("gone");
    assertThat(select("gone", "")).as("another table of the name").isEmpty();
  }

  /** Once there, {@code INSERT OR IGNORE} leaves a row as it is. */
  @Test
  void rowsThatAreThereAreLeft() throws Exception {
    create("once");
    for (int i = 0; i < 3; i++) {
      cluster.execute("INSERT OR IGNORE INTO once VALUES ('k', 1, " + TIME + ")");
    }
    assertThat(select("once", "WHERE k = 'k'")).hasSize(1);
  }

  @Test
  void variablesAndJobs() throws Exception {
    assertThat(cluster.query("SHOW JOBS")).isEmpty();
    assertThat(cluster.query("SHOW GLOBAL VARIABLES"))
        .contains(List.of("execute_mode", "online"), List.of("sync_job", "false"));
    cluster.execute("SET @@global.sync_job = 'true'");
    cluster.await(
        "the variable",
        () ->
            assertThat(cluster.query("SHOW GLOBAL VARIABLES"))
                .contains(List.of("sync_job", "true")));
    cluster.execute("SET @@global.sync_job = 'false'");
  }

  @Test
  void loadsAFile() throws Exception {
    create("loaded");
    StringBuilder text = new StringBuilder("k,n,ts\n");
    for (int i = 0; i < 50; i++) {
      text.append("key").append(i).append(',').append(i).append(',').append(TIME + i).append('\n');
    }
    Path file = Files.writeString(files.resolve("rows.csv"), text);
    cluster.execute("SET @@execute_mode = 'online'");
    cluster.execute(
        "LOAD DATA INFILE '"
            + file.toUri()
            + "' INTO TABLE loaded OPTIONS(FORMAT='csv', HEADER=true, MODE='append',"
            + " LOAD_MODE='local')");
    assertThat(select("loaded", "")).hasSize(50);
    assertThat(select("loaded", "WHERE k = 'key49'")).containsExactly(List.of("key49", "49"));
  }

  /** Through one executor, as an application does it. */
  @Test
  void eightThreads() throws Exception {
    create("shared");
    int threads = 8;
    int each = 200;
    SqlClusterExecutor sdk = cluster.sdk();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<Integer>> ends = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      String key = "thread" + t;
      ends.add(
          pool.submit(
              () -> {
                try (PreparedStatement insert =
                    sdk.getInsertPreparedStmt(
                        SdkCluster.DB, "INSERT INTO shared VALUES (?, ?, ?)")) {
                  for (int i = 0; i < each; i++) {
                    insert.setString(1, key);
                    insert.setInt(2, i);
                    insert.setTimestamp(3, new Timestamp(TIME + i));
                    insert.execute();
                  }
                }
                return select("shared", "WHERE k = '" + key + "'").size();
              }));
    }
    for (Future<Integer> end : ends) {
      assertThat(end.get()).isEqualTo(each);
    }
    pool.shutdown();
    assertThat(select("shared", "")).hasSize(threads * each);
  }

  /** What the tablets do not do is said, and not answered with something else. */
  @Test
  void whatIsNotSupportedIsSaid() throws Exception {
    create("refused");
    assertThatThrownBy(
            () -> cluster.query("SELECT a.n FROM refused a LAST JOIN refused b ON a.k = b.k"))
        .isInstanceOf(SQLException.class);
    assertThatThrownBy(
            () ->
                cluster.query(
                    "SELECT sum(n) OVER w FROM refused WINDOW w AS (PARTITION BY k ORDER BY ts"
                        + " ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"))
        .isInstanceOf(SQLException.class);
  }
}
