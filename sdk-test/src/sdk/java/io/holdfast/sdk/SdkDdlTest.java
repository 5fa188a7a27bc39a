package io.holdfast.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com._4paradigm.openmldb.sdk.impl.SqlClusterExecutor;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases and tables are made, shown and dropped by OpenMLDB's SDK. */
class SdkDdlTest {
  private static final String NINE_TYPES =
      "(b bool, s smallint, i int, l bigint, f float, d double, x string, da date, ts timestamp,"
          + " INDEX(KEY=(x), TS=ts))";

  @TempDir static Path directory;
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

  /** The system tables are there, and nobody sees their databases who does not ask for them. */
  @Test
  void databases() throws Exception {
    assertThat(cluster.column("SHOW DATABASES"))
        .contains(SdkCluster.DB)
        .doesNotContain("__INTERNAL_DB");
    cluster.execute("CREATE DATABASE made");
    assertThat(cluster.column("SHOW DATABASES")).contains("made");
    cluster.execute("CREATE DATABASE IF NOT EXISTS made");
    assertThatThrownBy(() -> cluster.execute("CREATE DATABASE made"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("database already exists");
    assertThatThrownBy(() -> cluster.execute("USE nowhere")).hasMessageContaining("not found");
    cluster.execute("DROP DATABASE made");
    assertThat(cluster.column("SHOW DATABASES")).doesNotContain("made");
    assertThatThrownBy(() -> cluster.execute("DROP DATABASE made"))
        .hasMessageContaining("database not found");
  }

  @Test
  void tableOfAllTypes() throws Exception {
    cluster.execute("CREATE TABLE nine " + NINE_TYPES);
    assertThat(cluster.column("SHOW TABLES")).contains("nine");
    assertThat(cluster.sdk().getTableInfo(SdkCluster.DB, "nine").getTablePartitionList())
        .as("it can be used as soon as it is made")
        .hasSize(8)
        .allSatisfy(
            partition ->
                assertThat(partition.getPartitionMetaList())
                    .hasSize(3)
                    .filteredOn(replica -> replica.getIsLeader() && replica.getIsAlive())
                    .hasSize(1));
    String described = String.join("\n", cluster.column("DESC nine"));
    for (String type :
        List.of("Bool", "SmallInt", "Int", "BigInt", "Float", "Double", "Varchar", "Date")) {
      assertThat(described).contains(type);
    }
    assertThat(described).contains("Timestamp", "kAbsoluteTime");
    assertThatThrownBy(() -> cluster.execute("CREATE TABLE nine " + NINE_TYPES))
        .hasMessageContaining("table already exists");
    cluster.execute("CREATE TABLE IF NOT EXISTS nine " + NINE_TYPES);
    assertThatThrownBy(() -> cluster.execute("DROP DATABASE " + SdkCluster.DB))
        .hasMessageContaining("database not empty");
  }

  /**
   * Without an index the table gets one: otherwise the SDK's inserts would do nothing, silently.
   */
  @Test
  void tableWithoutIndex() throws Exception {
    cluster.execute("CREATE TABLE plain (a double, k string, c int)");
    assertThat(cluster.sdk().getTableInfo(SdkCluster.DB, "plain").getColumnKeyList())
        .singleElement()
        .satisfies(key -> assertThat(key.getColNameList()).containsExactly("k"));
  }

  @Test
  void ttlsArriveInTheirUnits() throws Exception {
    cluster.execute(
        "CREATE TABLE aged (k string, t timestamp, INDEX(KEY=k, TS=t, TTL=30m, TTL_TYPE=absolute),"
            + " INDEX(KEY=(k, t), TTL=5, TTL_TYPE=latest))");
    var keys = cluster.sdk().getTableInfo(SdkCluster.DB, "aged").getColumnKeyList();
    assertThat(keys.get(0).getTtl().getAbsTtl()).as("minutes").isEqualTo(30);
    assertThat(keys.get(1).getTtl().getLatTtl()).isEqualTo(5);
    assertThat(cluster.column("SHOW CREATE TABLE aged")).containsExactly("aged");
  }

  @Test
  void componentsAndStatus() throws Exception {
    cluster.execute("CREATE TABLE shown (k string, INDEX(KEY=k)) OPTIONS(PARTITIONNUM=2)");
    List<List<String>> components = cluster.query("SHOW COMPONENTS");
    assertThat(components)
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrderElementsOf(
            cluster.processes().nodes().stream()
                .filter(node -> node.role() != NodeRole.ZOOKEEPER)
                .map(Node::endpoint)
                .toList());
    assertThat(components).allSatisfy(row -> assertThat(row.get(3)).isEqualTo("online"));
    assertThat(components).filteredOn(row -> row.contains("master")).hasSize(1);

    List<String> names = cluster.names("SHOW TABLE STATUS");
    cluster.await(
        "a status without warnings",
        () ->
            assertThat(cluster.query("SHOW TABLE STATUS"))
                .filteredOn(row -> row.contains("shown"))
                .singleElement()
                .satisfies(
                    row -> {
                      assertThat(row.get(names.indexOf("Partition"))).isEqualTo("2");
                      assertThat(row.get(names.indexOf("Replica"))).isEqualTo("3");
                      assertThat(row.get(names.indexOf("Warnings"))).isEmpty();
                    }));
    assertThat(cluster.query("SHOW TABLE STATUS"))
        .as("system tables are hidden")
        .noneMatch(row -> row.contains("__INTERNAL_DB"));
    assertThat(cluster.names("SHOW JOBS FROM NAMESERVER")).contains("job_type", "state");
    assertThat(cluster.query("SHOW DEPLOYMENTS")).isEmpty();
    assertThat(cluster.query("SHOW FUNCTIONS")).isEmpty();
  }

  /** Of both engines; and what is put afterwards stays. */
  @Test
  void tablesAreTruncated() throws Exception {
    for (String mode : List.of("Memory", "SSD")) {
      String table = "truncated_" + mode;
      cluster.execute(
          "CREATE TABLE "
              + table
              + " (k string, n int, INDEX(KEY=k)) OPTIONS(PARTITIONNUM=2, STORAGE_MODE='"
              + mode
              + "')");
      for (int i = 0; i < 20; i++) {
        cluster.execute("INSERT INTO " + table + " VALUES ('k" + i + "', " + i + ")");
      }
      awaitRows(table, "20");
      cluster.execute("TRUNCATE TABLE " + table);
      awaitRows(table, "0");
      cluster.execute("INSERT INTO " + table + " VALUES ('k', 1)");
      awaitRows(table, "1");
    }
    assertThatThrownBy(() -> cluster.execute("TRUNCATE TABLE nowhere"))
        .hasMessageContaining("table does not exist");
  }

  private static void awaitRows(String table, String rows) throws Exception {
    int column = cluster.names("SHOW TABLE STATUS").indexOf("Rows");
    cluster.await(
        rows + " rows in " + table,
        () ->
            assertThat(cluster.query("SHOW TABLE STATUS"))
                .filteredOn(row -> row.contains(table))
                .singleElement()
                .satisfies(row -> assertThat(row.get(column)).isEqualTo(rows)));
  }

  /** What another client makes is seen without connecting anew. */
  @Test
  void changesOfOthersAreSeen() throws Exception {
    SqlClusterExecutor other = cluster.connect(true);
    try (Statement statement = other.getStatement()) {
      statement.execute("USE " + SdkCluster.DB);
      statement.execute("CREATE TABLE others (k string, INDEX(KEY=k)) OPTIONS(PARTITIONNUM=1)");
    } finally {
      other.close();
    }
    cluster.await(
        "the table of another client",
        () -> assertThat(cluster.column("SHOW TABLES")).contains("others"));
  }

  /** The usual, not light executor, which has a ZooKeeper client in Java; and the JDBC URL. */
  @Test
  void connectsWithANewerZooKeeperClient() throws Exception {
    SqlClusterExecutor full = cluster.connect(false);
    full.close();
    Class.forName("com._4paradigm.openmldb.jdbc.SQLDriver");
    String url =
        "jdbc:openmldb:///"
            + SdkCluster.DB
            + "?zk="
            + cluster.processes().zkCluster()
            + "&zkPath="
            + cluster.processes().zkRootPath();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE jdbc (k string, INDEX(KEY=k)) OPTIONS(PARTITIONNUM=1)");
    }
    cluster.await(
        "the table made by JDBC", () -> assertThat(cluster.column("SHOW TABLES")).contains("jdbc"));
  }

  /** The next nameserver goes on. */
  @Test
  void nameServerIsReplaced() throws Exception {
    List<String> masters =
        cluster.query("SHOW COMPONENTS").stream()
            .filter(row -> row.contains("master"))
            .map(row -> row.get(0))
            .toList();
    Node master =
        cluster.processes().nodes(NodeRole.NAMESERVER).stream()
            .filter(node -> node.endpoint().equals(masters.get(0)))
            .findFirst()
            .orElseThrow();
    cluster.processes().kill9(master);
    cluster.await(
        "the other nameserver", () -> cluster.execute("CREATE DATABASE IF NOT EXISTS after"));
    assertThat(cluster.column("SHOW DATABASES")).contains("after", SdkCluster.DB);
    cluster.processes().restart(master);
  }
}
