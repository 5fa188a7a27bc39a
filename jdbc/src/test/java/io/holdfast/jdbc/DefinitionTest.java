package io.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.nameserver.AddIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.DeleteIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TruncateTableRequest;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.query.ResultColumn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What defines something goes to the nameserver. */
@Timeout(60)
class DefinitionTest {
  private final FakeCluster cluster = new FakeCluster();
  private Connection connection;
  private Statement statement;

  @BeforeEach
  void connect() throws SQLException {
    connection = cluster.connect();
    statement = connection.createStatement();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    cluster.close();
  }

  private TableInfo created() {
    return ((CreateTableRequest) cluster.nameServer.changes.get(0)).getTableInfo();
  }

  @Test
  void aTableIsMade() throws SQLException {
    assertThat(
            statement.executeUpdate(
                "CREATE TABLE t (id bigint NOT NULL, name string, at timestamp, v double DEFAULT 1,"
                    + " INDEX(KEY=id, TS=at, TTL=10m, TTL_TYPE=absolute))"
                    + " OPTIONS (partitionnum=2, replicanum=1, storage_mode='HDD')"))
        .isZero();
    TableInfo table = created();
    assertThat(table.getDb()).isEqualTo("demo");
    assertThat(table.getName()).isEqualTo("t");
    assertThat(table.getPartitionNum()).isEqualTo(2);
    assertThat(table.getReplicaNum()).isEqualTo(1);
    assertThat(table.getStorageMode()).isEqualTo(StorageMode.kHDD);
    assertThat(table.getColumnDescList().get(0).getDataType()).isEqualTo(DataType.kBigInt);
    assertThat(table.getColumnDescList().get(0).getNotNull()).isTrue();
    assertThat(table.getColumnDescList().get(3).getDefaultValue()).isEqualTo("1");
    assertThat(table.getColumnKey(0).getColNameList()).containsExactly("id");
    assertThat(table.getColumnKey(0).getTsName()).isEqualTo("at");
    assertThat(table.getColumnKey(0).getTtl().getTtlType()).isEqualTo(TTLType.kAbsoluteTime);
    assertThat(table.getColumnKey(0).getTtl().getAbsTtl()).isEqualTo(10);
    assertThat(table.getColumnKey(0).getIndexName()).startsWith("INDEX_0_");
  }

  /** Without an index the first column that can be one is; the rest has OpenMLDB's defaults. */
  @Test
  void whatATableDoesNotSayHasDefaults() throws SQLException {
    statement.execute("CREATE TABLE IF NOT EXISTS other.t (v double, name string, id int)");
    TableInfo table = created();
    assertThat(table.getDb()).isEqualTo("other");
    assertThat(table.getColumnKeyList()).hasSize(1);
    assertThat(table.getColumnKey(0).getColNameList()).containsExactly("name");
    assertThat(table.getPartitionNum()).isEqualTo(8);
    assertThat(table.getReplicaNum()).as("as there are tablets, 3 at most").isEqualTo(2);
  }

  @Test
  void databasesTablesAndIndexesComeAndGo() throws SQLException {
    statement.execute("CREATE DATABASE more");
    assertThat(cluster.nameServer.databases).contains("more");
    statement.execute("USE more");
    assertThat(connection.getSchema()).isEqualTo("more");
    statement.execute("DROP TABLE demo.trips");
    assertThat(cluster.nameServer.tables).isEmpty();
    statement.execute("DROP TABLE IF EXISTS demo.trips");
    assertThatThrownBy(() -> statement.execute("DROP TABLE demo.trips"))
        .isInstanceOf(SQLSyntaxErrorException.class)
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42S02"));
    statement.execute("DROP DATABASE more");
    statement.execute("DROP DATABASE IF EXISTS more");
    assertThatThrownBy(() -> statement.execute("USE more"))
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("3F000"));
    cluster.nameServer.changes.clear();
    statement.execute("CREATE INDEX by_int ON demo.trips (c_int) OPTIONS (TS=c_timestamp)");
    statement.execute("DROP INDEX demo.trips.by_int");
    AddIndexRequest added = (AddIndexRequest) cluster.nameServer.changes.get(0);
    assertThat(added.getColumnKey().getIndexName()).isEqualTo("by_int");
    assertThat(added.getColumnKey().getTsName()).isEqualTo("c_timestamp");
    assertThat(((DeleteIndexRequest) cluster.nameServer.changes.get(1)).getIdxName())
        .isEqualTo("by_int");
  }

  /** Backquotes in names are doubled, so that the text means the same names. */
  @Test
  void aTableWithBackquotesIsMadeAnewFromItsText() throws SQLException {
    statement.execute(
        "CREATE TABLE `a``b` (`c``d` string, `e``` timestamp, `f` bigint,"
            + " INDEX `g``h` (KEY=(`c``d`, `f`), TS=`e```), INDEX i (KEY=`c``d`))");
    TableInfo before = created();
    String text;
    try (ResultSet shown = statement.executeQuery("SHOW CREATE TABLE `a``b`")) {
      assertThat(shown.next()).isTrue();
      text = shown.getString(2);
    }
    statement.execute("DROP TABLE `a``b`");
    cluster.nameServer.changes.clear();
    statement.execute(text);
    assertThat(created().getName()).isEqualTo("a`b");
    assertThat(created().getColumnDescList()).isEqualTo(before.getColumnDescList());
    assertThat(created().getColumnKeyList()).isEqualTo(before.getColumnKeyList());
  }

  @Test
  void aTableIsTruncated() throws SQLException {
    assertThat(statement.executeUpdate("TRUNCATE TABLE trips")).isZero();
    TruncateTableRequest request = (TruncateTableRequest) cluster.nameServer.changes.get(0);
    assertThat(request.getDb()).isEqualTo("demo");
    assertThat(request.getName()).isEqualTo("trips");
    assertThatThrownBy(() -> statement.execute("TRUNCATE TABLE demo.gone"))
        .isInstanceOf(SQLSyntaxErrorException.class)
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42S02"));
  }

  @Test
  void whatThereIsIsShown() throws SQLException {
    assertThat(firstColumn("SHOW DATABASES")).containsExactly("demo");
    assertThat(firstColumn("SHOW TABLES")).containsExactly("trips");
    try (ResultSet columns = statement.executeQuery("DESC trips")) {
      assertThat(columns.next()).isTrue();
      assertThat(columns.getString("Field")).isEqualTo("c_bool");
      assertThat(columns.getString("Type")).isEqualTo("bool");
      assertThat(columns.getString("Null")).isEqualTo("YES");
    }
    assertThatThrownBy(() -> statement.executeQuery("DESC nothing"))
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42S02"));
    assertThatThrownBy(() -> statement.executeQuery("SHOW COMPONENTS"))
        .isInstanceOf(SQLFeatureNotSupportedException.class)
        .hasMessageContaining("SQL shell");
  }

  /** Jobs are rows of a system table, which some tablet is asked for. */
  @Test
  void jobsAreAskedOfASystemTable() throws SQLException {
    cluster.answer(List.of(new ResultColumn("id", ColumnType.INT)), List.of(List.of(7)));
    assertThat(firstColumn("SHOW JOBS")).containsExactly("7");
    assertThat(firstColumn("SHOW JOBS LIKE '1\\'%'")).containsExactly("7");
    assertThat(firstColumn("SHOW JOB 7")).containsExactly("7");
    assertThat(cluster.queries().stream().map(asked -> asked.request().getSql()))
        .containsExactlyInAnyOrder(
            "SELECT * FROM __INTERNAL_DB.JOB_INFO ORDER BY id",
            "SELECT * FROM __INTERNAL_DB.JOB_INFO WHERE string(id) LIKE '1''%' ORDER BY id",
            "SELECT * FROM __INTERNAL_DB.JOB_INFO WHERE id = 7");
  }

  @Test
  void variablesAreKeptAndChecked() throws SQLException {
    statement.execute("SET @@sync_job = true");
    statement.execute("SET SESSION job_timeout = 600000");
    statement.execute("SET @@execute_mode = 'online'");
    assertThat(pairs("SHOW VARIABLES"))
        .containsExactly(
            "enable_trace=false", "execute_mode=online", "job_timeout=600000", "sync_job=true");
    try (Connection other = cluster.connect();
        Statement fresh = other.createStatement();
        ResultSet result = fresh.executeQuery("SHOW VARIABLES")) {
      result.next();
      result.next();
      result.next();
      assertThat(result.getString("Value")).as("another session").isEqualTo("20000");
    }
    assertThatThrownBy(() -> statement.execute("SET @@execute_mod = 'online'"))
        .isInstanceOf(SQLSyntaxErrorException.class)
        .hasMessageContaining("did you mean execute_mode?");
    assertThatThrownBy(() -> statement.execute("SET @@job_timeout = 'soon'"))
        .hasMessageContaining("not soon");
    for (String wrong : List.of("18446744073709551615", "'18446744073709551615'", "-1", "'-1'")) {
      assertThatThrownBy(() -> statement.execute("SET job_timeout = " + wrong))
          .isInstanceOf(SQLSyntaxErrorException.class);
    }
    assertThat(pairs("SHOW VARIABLES")).contains("job_timeout=600000");
    assertThatThrownBy(() -> statement.execute("SET @@sync_job = 2"))
        .hasMessageContaining("true or false, not 2");
  }

  private List<String> pairs(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        values.add(result.getString(1) + "=" + result.getString(2));
      }
    }
    return values;
  }

  private List<String> firstColumn(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        values.add(result.getString(1));
      }
    }
    return values;
  }

  @Test
  void whatIsNotUnderstoodIsExplained() {
    assertThatThrownBy(() -> statement.execute("CREATE TABLE t (a int) OPTIONS (replica_num=1)"))
        .isInstanceOf(SQLSyntaxErrorException.class)
        .hasMessageContaining("replicanum");
    assertThatThrownBy(() -> statement.execute("CREATE TABLE t (v double)"))
        .hasMessageContaining("no column that can be a key");
    assertThatThrownBy(() -> statement.execute("SET @@execute_mode = 'offline'"))
        .isInstanceOf(SQLFeatureNotSupportedException.class);
  }

  @Test
  void aReadOnlyConnectionChangesNothing() throws SQLException {
    connection.setReadOnly(true);
    for (String change :
        List.of(
            "TRUNCATE TABLE trips",
            "DROP TABLE trips",
            "INSERT INTO trips (c_string) VALUES ('a')")) {
      assertThatThrownBy(() -> statement.execute(change))
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("25006"));
    }
    assertThat(firstColumn("SHOW TABLES")).containsExactly("trips");
    assertThat(cluster.nameServer.changes).isEmpty();
  }
}
