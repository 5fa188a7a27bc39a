package io.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tools ask of a database, with the columns that JDBC prescribes. */
@Timeout(60)
class DatabaseMetaDataTest {
  private final FakeCluster cluster = new FakeCluster();
  private Connection connection;
  private DatabaseMetaData meta;

  @BeforeEach
  void connect() throws SQLException {
    cluster.nameServer.databases.add("other");
    cluster.nameServer.add(FakeCluster.trips().toBuilder().setDb("other").setName("t_1").build());
    cluster.nameServer.add(FakeCluster.trips().toBuilder().setDb("other").setName("tx1").build());
    cluster.nameServer.add(FakeCluster.trips().toBuilder().setDb("").setName("bare").build());
    connection = cluster.connect();
    meta = connection.getMetaData();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    cluster.close();
  }

  /** The values of one column, from the first row on. */
  private static List<String> column(ResultSet result, String name) throws SQLException {
    List<String> values = new ArrayList<>();
    while (result.next()) {
      values.add(result.getString(name));
    }
    return values;
  }

  @Test
  void tablesAreFoundByPatterns() throws SQLException {
    assertThat(column(meta.getTables(null, null, "%", null), "TABLE_NAME"))
        .containsExactly("bare", "trips", "t_1", "tx1");
    assertThat(column(meta.getTables(null, "other", "t_1", null), "TABLE_NAME"))
        .containsExactly("t_1", "tx1");
    assertThat(column(meta.getTables(null, "other", "t\\_1", null), "TABLE_NAME"))
        .containsExactly("t_1");
    assertThat(column(meta.getTables(null, "", null, null), "TABLE_NAME")).containsExactly("bare");
    assertThat(column(meta.getTables("", "o%", null, new String[] {"TABLE"}), "TABLE_TYPE"))
        .containsExactly("TABLE", "TABLE");
    assertThat(column(meta.getTables(null, null, "%", new String[] {"VIEW"}), "TABLE_NAME"))
        .isEmpty();
    assertThat(column(meta.getTables("catalog", null, "%", null), "TABLE_NAME")).isEmpty();
  }

  @Test
  void schemasAreDatabases() throws SQLException {
    assertThat(column(meta.getSchemas(), "TABLE_SCHEM")).containsExactly("", "demo", "other");
    assertThat(column(meta.getSchemas(null, "d%"), "TABLE_SCHEM")).containsExactly("demo");
    assertThat(column(meta.getCatalogs(), "TABLE_CAT")).isEmpty();
    assertThat(connection.getSchema()).isEqualTo("demo");
    assertThat(connection.getCatalog()).isNull();
  }

  @Test
  void columnsHaveTheirTypes() throws SQLException {
    try (ResultSet columns = meta.getColumns(null, "demo", "trips", "c\\_s%")) {
      assertThat(columns.getMetaData().getColumnCount()).isEqualTo(24);
      assertThat(columns.next()).isTrue();
      assertThat(columns.getString("COLUMN_NAME")).isEqualTo("c_smallint");
      assertThat(columns.getInt("DATA_TYPE")).isEqualTo(Types.SMALLINT);
      assertThat(columns.getInt("COLUMN_SIZE")).isEqualTo(5);
      assertThat(columns.getInt("NUM_PREC_RADIX")).isEqualTo(10);
      assertThat(columns.getInt("NULLABLE")).isEqualTo(DatabaseMetaData.columnNullable);
      assertThat(columns.getInt("ORDINAL_POSITION")).isEqualTo(2);
      assertThat(columns.getString("COLUMN_DEF")).isNull();
      assertThat(columns.next()).isTrue();
      assertThat(columns.getString("COLUMN_NAME")).isEqualTo("c_string");
      assertThat(columns.getString("TYPE_NAME")).isEqualTo("string");
      assertThat(columns.getString("IS_NULLABLE")).isEqualTo("NO");
      assertThat(columns.getInt("ORDINAL_POSITION")).isEqualTo(9);
      assertThat(columns.next()).isFalse();
    }
    assertThat(column(meta.getColumns(null, "demo", "trips", null), "COLUMN_NAME")).hasSize(9);
  }

  @Test
  void indexesHaveTheirColumnsInOrder() throws SQLException {
    try (ResultSet indexes = meta.getIndexInfo(null, "demo", "trips", false, true)) {
      assertThat(indexes.next()).isTrue();
      assertThat(indexes.getString("INDEX_NAME")).isEqualTo("by_number");
      assertThat(indexes.getString("COLUMN_NAME")).isEqualTo("c_bigint");
      assertThat(indexes.getBoolean("NON_UNIQUE")).isTrue();
      assertThat(indexes.getShort("TYPE")).isEqualTo(DatabaseMetaData.tableIndexHashed);
      assertThat(indexes.next()).isTrue();
      assertThat(indexes.getString("COLUMN_NAME")).isEqualTo("c_timestamp");
      assertThat(indexes.getInt("ORDINAL_POSITION")).isEqualTo(2);
      assertThat(indexes.getString("ASC_OR_DESC")).isEqualTo("D");
      assertThat(indexes.next()).isTrue();
      assertThat(indexes.getString("INDEX_NAME")).isEqualTo("by_text");
      assertThat(indexes.next()).isFalse();
    }
    assertThat(column(meta.getIndexInfo(null, "demo", "trips", true, true), "INDEX_NAME"))
        .isEmpty();
    assertThat(column(meta.getIndexInfo(null, "other", "t_1", false, true), "TABLE_NAME"))
        .as("a name here is no pattern")
        .containsOnly("t_1");
  }

  @Test
  void typesAreListedByNumber() throws SQLException {
    try (ResultSet types = meta.getTypeInfo()) {
      List<Integer> numbers = new ArrayList<>();
      while (types.next()) {
        numbers.add(types.getInt("DATA_TYPE"));
        assertThat(types.getInt("NULLABLE")).isEqualTo(DatabaseMetaData.typeNullable);
      }
      assertThat(numbers).hasSize(9).isSorted();
    }
    assertThat(column(meta.getTableTypes(), "TABLE_TYPE")).containsExactly("SYSTEM TABLE", "TABLE");
  }

  /** Tools call whatever there is; every question has an answer, and results can be walked. */
  @Test
  void noQuestionIsRefused() throws Exception {
    int asked = 0;
    for (Method method : DatabaseMetaData.class.getMethods()) {
      if (Modifier.isStatic(method.getModifiers()) || method.getDeclaringClass() == Object.class) {
        continue;
      }
      Object[] arguments = new Object[method.getParameterCount()];
      for (int i = 0; i < arguments.length; i++) {
        Class<?> type = method.getParameterTypes()[i];
        arguments[i] =
            type == int.class ? (Object) 1003 : type == boolean.class ? (Object) false : null;
      }
      if (method.getName().equals("unwrap") || method.getName().equals("isWrapperFor")) {
        arguments[0] = DatabaseMetaData.class;
      }
      Object answer = method.invoke(meta, arguments);
      if (method.getReturnType() == String.class) {
        assertThat(answer).as(method.getName()).isNotNull();
      }
      if (answer instanceof ResultSet result) {
        ResultSetMetaData columns = result.getMetaData();
        assertThat(columns.getColumnCount()).as(method.getName()).isPositive();
        while (result.next()) {
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            int number = i;
            assertThatCode(() -> result.getObject(number)).doesNotThrowAnyException();
          }
        }
      }
      asked++;
    }
    assertThat(asked).isGreaterThan(170);
  }

  @Test
  void theDriverSaysWhatItIs() throws SQLException {
    assertThat(meta.getDatabaseProductName()).isEqualTo("Holdfast");
    assertThat(meta.getURL()).isEqualTo(cluster.url());
    assertThat(meta.getConnection()).isSameAs(connection);
    assertThat(meta.supportsTransactions()).isFalse();
    assertThat(meta.supportsBatchUpdates()).isTrue();
    assertThat(meta.supportsResultSetType(ResultSet.TYPE_FORWARD_ONLY)).isTrue();
    assertThat(meta.getIdentifierQuoteString()).isEqualTo("`");
    assertThat(meta.getJDBCMajorVersion()).isEqualTo(4);
  }
}
