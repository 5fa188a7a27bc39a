package io.holdfast.sql.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.RowView;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.parse.SqlParser;
import io.holdfast.sql.query.MemoryTable;
import io.holdfast.sql.query.Parameters;
import io.holdfast.sql.write.WritePlan.Dimension;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests INSERT and DELETE come down to. */
class WritePlannerTest {
  private static final long NOW = 1_700_000_000_000L;

  private final TableView table = withDefaults();

  private static TableView withDefaults() {
    TableView plain =
        MemoryTable.of(
                8,
                List.of(
                    "id string notnull",
                    "ts timestamp",
                    "n smallint",
                    "x float",
                    "day date",
                    "ok bool",
                    "l bigint"),
                List.of("id @ ts", "n", "id|n @ ts", "day @ l"))
            .view();
    return new TableView(
        plain.tid(),
        plain.database(),
        plain.name(),
        plain.partitions(),
        plain.schema(),
        Map.of("n", "5", "ts", "1000", "day", "2024-01-01"));
  }

  private WritePlan.Insert insert(String text) throws SqlException {
    return insert(text, Parameters.NONE);
  }

  private WritePlan.Insert insert(String text, Parameters parameters) throws SqlException {
    return WritePlanner.insert(
        (Statement.Insert) SqlParser.parse(text), parameters, table, NOW, ZoneOffset.UTC);
  }

  private List<Object> row(byte[] bytes) throws Exception {
    return RowView.of(table.schema(), bytes).values();
  }

  @Test
  void aRowIsPutOnceIntoEveryPartitionOfItsKeys() throws Exception {
    WritePlan.Insert plan =
        insert("INSERT INTO t VALUES ('a', timestamp(5), 7, 1.5, '2024-02-29', true, 9)");
    assertThat(plan.timeMillis()).isEqualTo(NOW);
    assertThat(plan.rows()).isEqualTo(1);
    assertThat(plan.ignoreExisting()).isFalse();
    List<Dimension> dimensions =
        plan.puts().stream().flatMap(p -> p.dimensions().stream()).toList();
    assertThat(dimensions)
        .containsExactlyInAnyOrder(
            new Dimension(0, "a"),
            new Dimension(1, "7"),
            new Dimension(2, "a|7"),
            new Dimension(3, Integer.toString(124 << 16 | 1 << 8 | 29)));
    assertThat(plan.puts()).extracting(WritePlan.Put::partition).doesNotHaveDuplicates();
    for (WritePlan.Put put : plan.puts()) {
      for (Dimension dimension : put.dimensions()) {
        assertThat(put.partition()).isEqualTo(PartitionHash.partition(dimension.key(), 8));
      }
      assertThat(row(put.value()))
          .containsExactly("a", 5L, (short) 7, 1.5f, LocalDate.of(2024, 2, 29), true, 9L);
    }
  }

  @Test
  void valuesComeFromDefaultsAndParametersToo() throws Exception {
    WritePlan.Insert plan =
        insert(
            "INSERT OR IGNORE INTO t (l, id, n) VALUES (?, ?, DEFAULT), (NULL, 'b', 1 + 2)",
            Parameters.of(List.of(ColumnType.INT, ColumnType.STRING), List.of(3, "a")));
    assertThat(plan.ignoreExisting()).isTrue();
    assertThat(plan.rows()).isEqualTo(2);
    assertThat(row(plan.puts().get(0).value()))
        .isEqualTo(Arrays.asList("a", 1000L, (short) 5, null, LocalDate.of(2024, 1, 1), null, 3L));
    WritePlan.Put last = plan.puts().get(plan.puts().size() - 1);
    assertThat(last.row()).isEqualTo(1);
    assertThat(row(last.value()).get(2)).isEqualTo((short) 3);
    assertThat(row(last.value()).get(6)).isNull();
  }

  @Test
  void textsAreReadAsTheColumnsType() throws Exception {
    WritePlan.Insert plan =
        insert(
            "INSERT INTO t VALUES ('a', '1970-01-01 00:00:05', '7', '0.5', '2024-02-29', 'true',"
                + " timestamp(8))");
    assertThat(row(plan.puts().get(0).value()))
        .containsExactly("a", 5000L, (short) 7, 0.5f, LocalDate.of(2024, 2, 29), true, 8L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "VALUES (1, 1, 1, 1, NULL, NULL, 1); column id is string and cannot hold the int 1",
        "(id) VALUES (NULL); column id does not accept NULL",
        "(n) VALUES (1); column id does not accept NULL",
        "(id, n) VALUES ('a', 40000); column n is smallint and cannot hold the int 40000",
        "(id, n) VALUES ('a', 1.5); column n is smallint and cannot hold the double 1.5",
        "(id, n) VALUES ('a', 'x'); column n is smallint and cannot hold the string 'x'",
        "(id, l) VALUES ('a', 1.0); column l is bigint and cannot hold the double 1.0",
        "(id, x) VALUES ('a', 1e300); column x is float and cannot hold the double 1.0E300",
        "(id, day) VALUES ('a', 20240101); column day is date and cannot hold the int",
        "(id, ok) VALUES ('a', 1); column ok is bool and cannot hold the int 1",
        "(id, ts) VALUES ('a', 1.5); column ts is timestamp and cannot hold the double 1.5",
        "(id, nope) VALUES ('a', 1); the table db.t has no column 'nope'",
        "(id, id) VALUES ('a', 'b'); column id is named twice",
        "(id) VALUES ('a', 1); 2 values for 1 columns",
        "VALUES ('a'); 1 value for 7 columns",
        "(id) VALUES ('a'), ('b', 1); row 2: 2 values for 1 columns",
        "(id) VALUES (n); column n cannot stand in the values of an INSERT",
        "(id) VALUES (?); the statement has 1 parameter, but 0 values were given",
        "(id) VALUES (concat(DEFAULT)); column DEFAULT cannot stand",
      })
  void valuesThatDoNotFitAreRefused(String rest, String message) {
    assertThatThrownBy(() -> insert("INSERT INTO t " + rest))
        .isInstanceOf(SqlException.class)
        .hasMessageStartingWith(message);
  }

  private WritePlan.Delete delete(String where) throws SqlException {
    return WritePlanner.delete(
        (Statement.Delete) SqlParser.parse("DELETE FROM t WHERE " + where),
        Parameters.NONE,
        table,
        NOW,
        ZoneOffset.UTC);
  }

  @Test
  void aKeyIsDeletedInItsPartition() throws Exception {
    WritePlan.Delete plan = delete("id = 'a'");
    assertThat(plan.partitions()).containsExactly(PartitionHash.partition("a", 8));
    assertThat(plan.key()).contains(new Dimension(0, "a"));
    assertThat(plan.tsColumn()).isEmpty();
    assertThat(plan.newest()).isEmpty();
    assertThat(plan.before()).isEmpty();
    assertThat(delete("n = 7 AND id = 'a'").key()).contains(new Dimension(2, "a|7"));
    assertThat(delete("n IS NULL").key()).contains(new Dimension(1, "!N@U#L$L%"));
  }

  @Test
  void timesLimitADelete() throws Exception {
    WritePlan.Delete plan = delete("id = 'a' AND ts > timestamp(10) AND ts <= 20");
    assertThat(plan.tsColumn()).contains("ts");
    assertThat(plan.newest()).hasValue(20);
    assertThat(plan.before()).hasValue(10);
    plan = delete("ts = 10");
    assertThat(plan.partitions()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(plan.key()).isEmpty();
    assertThat(plan.newest()).hasValue(10);
    assertThat(plan.before()).hasValue(9);
    plan = delete("ts >= 0");
    assertThat(plan.tsColumn()).contains("ts");
    assertThat(plan.newest()).isEmpty();
    assertThat(plan.before()).isEmpty();
    assertThat(delete("l < 5").tsColumn()).contains("l");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id = NULL",
        "id = 'a' AND id = 'b'",
        "ts < 1",
        "ts > 5 AND ts < 5",
        "n = 70000",
        "id = 'a' AND ts = NULL",
        "id = 'a' AND ts IS NULL",
        "ts > 9223372036854775807"
      })
  void whatIsTrueOfNoRowDeletesNothing(String where) throws Exception {
    assertThat(delete(where).partitions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x > 1", "id = 'a' OR id = 'b'", "id IN ('a', 'b')", "id != 'a'", "id = 'a' AND x = 1",
        "id > 'a'", "id = 'a' AND l = 5", "id LIKE 'a%'", "NOT id = 'a'", "true"
      })
  void otherConditionsAreRefused(String where) {
    assertThatThrownBy(() -> delete(where))
        .isInstanceOf(SqlException.class)
        .hasMessageStartingWith("the WHERE of a DELETE fixes all columns of an index");
  }
}
