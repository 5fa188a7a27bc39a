package io.holdfast.sql.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.catalog.Catalog;
import io.holdfast.sql.parse.SqlParser;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What statements return, and what they ask of the row source for it. */
class SqlExecutorTest {
  private static final QueryLimits SMALL = new QueryLimits(50, 4000, 1000, 4000, 8, 10, 1 << 20, 2);

  private final MemoryTable table =
      MemoryTable.of(
          4,
          List.of("id string", "ts timestamp", "city string", "fare double", "n int"),
          List.of("id @ ts", "city", "id|city @ ts"));
  private final Queries queries = new Queries(table);

  @BeforeEach
  void fill() {
    for (int i = 0; i < 40; i++) {
      table.add(
          "taxi" + i % 5, 1000L + i, i % 2 == 0 ? "Bern" : "Oslo", i / 2.0, i % 8 == 0 ? null : i);
    }
  }

  @Test
  void aKeyIsAskedForInItsPartitionOnly() throws Exception {
    assertThat(queries.column("SELECT ts FROM t WHERE id = 'taxi3'"))
        .containsExactly(1038L, 1033L, 1028L, 1023L, 1018L, 1013L, 1008L, 1003L);
    assertThat(table.requests()).hasSize(1);
    RowRequest request = table.requests().get(0);
    assertThat(request.key()).contains("taxi3");
    assertThat(request.index()).isZero();
    assertThat(request.isAllTimes()).isTrue();
  }

  @Test
  void timesAndLimitArePushedDown() throws Exception {
    assertThat(
            queries.column(
                "SELECT ts FROM t WHERE id = 'taxi3' AND ts > timestamp(1010)"
                    + " AND ts <= 1033 LIMIT 2"))
        .containsExactly(1033L, 1028L);
    RowRequest request = table.requests().get(0);
    assertThat(request.fromTime()).isEqualTo(1011);
    assertThat(request.toTime()).isEqualTo(1033);
    assertThat(request.maxRows()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "ts = timestamp(1005); 1005; 1005",
        "timestamp(1005) < ts; 1006; max",
        "ts BETWEEN 1005 AND timestamp('1970-01-01 00:00:02'); 1005; 2000",
        "bigint(ts) >= 1005; 1005; max",
        "ts < '1970-01-01 00:00:02'; min; 1999",
        "ts > 1005 AND ts > 1007 AND fare > 1; 1008; max",
        "NOT ts > 1005; min; max",
        "ts > 1005 OR fare > 1; min; max",
        "ts >= -9223372036854775808; min; max",
      })
  void rangesOfTimes(String condition, String from, String to) throws Exception {
    queries.values("SELECT * FROM t WHERE " + condition);
    RowRequest request = table.requests().get(0);
    assertThat(request.key()).isEmpty();
    assertThat(request.fromTime())
        .isEqualTo(from.equals("min") ? Long.MIN_VALUE : Long.parseLong(from));
    assertThat(request.toTime()).isEqualTo(to.equals("max") ? Long.MAX_VALUE : Long.parseLong(to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "ts > 9223372036854775807",
        "ts < 1000 AND ts > 2000",
        "id = NULL",
        "id IN (NULL)",
        "id = 'a' AND id = 'b'",
        "ts = NULL",
        "ts > NULL",
      })
  void nothingIsAskedForWhatCannotBe(String condition) throws Exception {
    assertThat(queries.values("SELECT * FROM t WHERE " + condition)).isEmpty();
    assertThat(table.requests()).isEmpty();
    // But a count is there nevertheless.
    assertThat(queries.value("count(*) FROM t WHERE " + condition)).isEqualTo(0L);
  }

  @Test
  void listsOfKeysAreAskedForOneByOne() throws Exception {
    assertThat(
            queries.column(
                "SELECT ts FROM t WHERE id IN ('taxi3', 'taxi1', 'taxi3') AND ts > 1030"))
        .containsExactly(1038L, 1033L, 1036L, 1031L);
    assertThat(table.requests())
        .extracting(request -> request.key().orElseThrow())
        .containsExactly("taxi3", "taxi1");
  }

  @Test
  void theIndexWithTheTimeIsBetterThanOneWithMoreColumns() throws Exception {
    queries.values("SELECT * FROM t WHERE id = 'taxi3' AND city = 'Oslo'");
    assertThat(table.requests().get(0).index()).isEqualTo(2);
    assertThat(table.requests().get(0).key()).contains("taxi3|Oslo");
    queries.values("SELECT * FROM t WHERE city = 'Oslo' AND n > 7");
    assertThat(table.requests().get(1).index()).isEqualTo(1);
  }

  @Test
  void tooManyKeysAreAScan() throws Exception {
    queries.limits(SMALL);
    assertThat(
            queries.column(
                "SELECT count(*) FROM t WHERE id IN"
                    + " ('1','2','3','4','5','6','7','8','taxi1')"))
        .containsExactly(8L);
    assertThat(table.requests()).allMatch(request -> request.key().isEmpty());
  }

  @Test
  void aScanReadsEveryPartitionByTheFirstIndexOnce() throws Exception {
    assertThat(queries.column("SELECT ts FROM t")).hasSize(40).doesNotHaveDuplicates();
    assertThat(table.requests()).extracting(RowRequest::partition).containsExactly(0, 1, 2, 3);
    assertThat(table.requests()).allMatch(request -> request.index() == 0);
  }

  @Test
  void aScanEndsWhenTheLimitIsReached() throws Exception {
    queries.limits(SMALL);
    assertThat(queries.column("SELECT ts FROM t LIMIT 1")).hasSize(1);
    int first = table.requests().size();
    assertThat(first).isLessThanOrEqualTo(2);
    assertThat(queries.column("SELECT ts FROM t LIMIT 0")).isEmpty();
    assertThat(table.requests()).hasSize(first);
    assertThat(queries.column("SELECT ts FROM t LIMIT 9223372036854775807")).hasSize(40);
    assertThat(
            queries.column("SELECT ts FROM t LIMIT 9223372036854775807 OFFSET 9223372036854775807"))
        .isEmpty();
    assertThat(queries.column("SELECT ts FROM t LIMIT 100 OFFSET 38")).hasSize(2);
  }

  @Test
  void columnsHaveNamesAndTypesOfTheirExpressions() throws Exception {
    QueryResult result =
        queries.run(
            "SELECT id, t.ts AS time, n + 1, COUNT( * ), sum(n), avg(n), min(fare), max(city),"
                + " 1, sum(fare) AS total FROM t GROUP BY id, ts, n + 1");
    assertThat(result.columns())
        .containsExactly(
            new ResultColumn("id", ColumnType.STRING),
            new ResultColumn("time", ColumnType.TIMESTAMP),
            new ResultColumn("n + 1", ColumnType.INT),
            new ResultColumn("count(*)", ColumnType.BIGINT),
            new ResultColumn("sum(n)", ColumnType.BIGINT),
            new ResultColumn("avg(n)", ColumnType.DOUBLE),
            new ResultColumn("min(fare)", ColumnType.DOUBLE),
            new ResultColumn("max(city)", ColumnType.STRING),
            new ResultColumn("1", ColumnType.INT),
            new ResultColumn("total", ColumnType.DOUBLE));
    assertThat(queries.names("SELECT * FROM db.t AS x WHERE x.id = 'a'"))
        .containsExactly("id", "ts", "city", "fare", "n");
    assertThat(queries.names("SELECT t.*, n m FROM t")).hasSize(6).endsWith("m");
  }

  @Test
  void groupsAreCountedAndFiltered() throws Exception {
    assertThat(
            queries.values(
                "SELECT city, count(*) AS c, count(n), count(DISTINCT id), sum(n), max(ts) FROM t"
                    + " WHERE fare < 10 GROUP BY city HAVING c > 1 AND sum(n) > 0 ORDER BY city"
                    + " DESC"))
        .isEqualTo(
            List.of(
                List.of("Oslo", 10L, 10L, 5L, 100L, 1019L),
                List.of("Bern", 10L, 7L, 5L, 66L, 1018L)));
    assertThat(queries.column("SELECT city FROM t GROUP BY 1 ORDER BY count(*), city LIMIT 1"))
        .containsExactly("Bern");
    assertThat(queries.values("SELECT n DIV 10 AS d, count(*) FROM t GROUP BY d ORDER BY d"))
        .isEqualTo(
            List.of(
                Arrays.asList(null, 5L),
                List.of(0, 8L),
                List.of(1, 9L),
                List.of(2, 9L),
                List.of(3, 9L)));
    assertThat(queries.values("SELECT count(*), sum(n), avg(n), min(n) FROM t WHERE n > 1000"))
        .isEqualTo(List.of(Arrays.asList(0L, null, null, null)));
    assertThat(queries.values("SELECT city FROM t WHERE n > 1000 GROUP BY city")).isEmpty();
    assertThat(queries.values("SELECT count(*) FROM t HAVING count(*) > 100")).isEmpty();
  }

  @Test
  void ordersHaveSeveralKeys() throws Exception {
    assertThat(queries.column("SELECT ts FROM t ORDER BY city, fare DESC LIMIT 3"))
        .containsExactly(1038L, 1036L, 1034L);
    assertThat(queries.column("SELECT n x FROM t ORDER BY x LIMIT 6 OFFSET 4"))
        .containsExactly(null, 1, 2, 3, 4, 5);
    assertThat(queries.column("SELECT ts FROM t ORDER BY n * -1, 1 LIMIT 7 OFFSET 5"))
        .containsExactly(1039L, 1038L, 1037L, 1036L, 1035L, 1034L, 1033L);
    assertThat(queries.column("SELECT DISTINCT city FROM t ORDER BY city DESC"))
        .containsExactly("Oslo", "Bern");
    assertThat(queries.column("SELECT DISTINCT city FROM t LIMIT 1")).hasSize(1);
  }

  @Test
  void theNewestOfAKeyNeedNoSorting() throws Exception {
    queries.limits(SMALL);
    assertThat(queries.column("SELECT ts FROM t WHERE id = 'taxi3' ORDER BY ts DESC LIMIT 2"))
        .containsExactly(1038L, 1033L);
    assertThat(table.requests()).hasSize(1);
    assertThat(table.requests().get(0).maxRows()).isEqualTo(2);
    assertThat(queries.column("SELECT ts FROM t WHERE id = 'taxi3' ORDER BY ts LIMIT 2"))
        .containsExactly(1003L, 1008L);
  }

  @Test
  void keysThatLookTheSameAreToldApart() throws Exception {
    MemoryTable other =
        MemoryTable.of(2, List.of("a string", "b string", "n int"), List.of("a|b", "b"));
    other.add("x|y", "z", 1);
    other.add("x", "y|z", 2);
    other.add(null, "z", 3);
    other.add("!N@U#L$L%", "z", 4);
    other.add("", "z", 5);
    Queries on = new Queries(other);
    assertThat(on.column("SELECT n FROM t WHERE a = 'x' AND b = 'y|z'")).containsExactly(2);
    assertThat(on.column("SELECT n FROM t WHERE a IS NULL AND b = 'z'")).containsExactly(3);
    assertThat(on.column("SELECT n FROM t WHERE a = '!N@U#L$L%' AND b = 'z'")).containsExactly(4);
    assertThat(on.column("SELECT n FROM t WHERE a = '' AND b = 'z'")).containsExactly(5);
    assertThat(other.requests()).hasSize(4).allMatch(request -> request.index() == 0);
  }

  @Test
  void keysOfEveryTypeAreFound() throws Exception {
    MemoryTable other =
        MemoryTable.of(
            3,
            List.of("s smallint", "i int", "l bigint", "b bool", "d date", "t timestamp"),
            List.of("s", "i", "l", "b", "d", "t"));
    other.add((short) -3, 7, 1L << 60, true, java.time.LocalDate.of(2024, 2, 29), 86_400_000L);
    Queries on = new Queries(other);
    List<String> conditions =
        List.of(
            "s = -3",
            "s = '-3'",
            "s = -3.0",
            "i = 7L",
            "7 = i",
            "i IN ('7', 7)",
            "l = 1152921504606846976",
            "b = true",
            "b = 'true'",
            "b = 1",
            "d = '2024-02-29'",
            "d = date('2024-02-29')",
            "t = timestamp('1970-01-02')",
            "t = '1970-01-02'",
            "t = 86400000",
            "t = date('1970-01-02')",
            "bigint(t) = 86400000");
    for (String condition : conditions) {
      other.requests().clear();
      assertThat(on.values("SELECT * FROM t WHERE " + condition)).as(condition).hasSize(1);
      assertThat(other.requests()).as(condition).hasSize(1);
      assertThat(other.requests().get(0).key()).as(condition).isPresent();
    }
    for (String condition : List.of("s = 70000", "i = 'x'", "i = 7.5", "b = 2", "d = 'x'")) {
      other.requests().clear();
      assertThat(on.values("SELECT * FROM t WHERE " + condition)).as(condition).isEmpty();
      assertThat(other.requests()).as(condition).isEmpty();
    }
  }

  @Test
  void resultsAreBounded() {
    queries.limits(SMALL);
    for (int i = 0; i < 60; i++) {
      table.add("many", 5000L + i, "x".repeat(50), 1.0, i);
    }
    assertRefused("SELECT n FROM t WHERE id = 'many'", "the result has more than 50 rows");
    assertRefused("SELECT city FROM t WHERE id = 'many' LIMIT 50", null);
    assertRefused(
        "SELECT concat(city, city) FROM t WHERE id = 'many' LIMIT 49",
        "the result has more than 4000 bytes");
    assertRefused("SELECT n FROM t ORDER BY city", "ORDER BY would hold more than 4000 bytes");
    assertRefused("SELECT count(*) FROM t GROUP BY ts", "GROUP BY would hold more than 4000 bytes");
    assertRefused("SELECT count(DISTINCT ts) FROM t", "GROUP BY would hold more than 4000 bytes");
    assertRefused("SELECT DISTINCT ts, city, id FROM t", "DISTINCT would hold more than");
    queries.limits(new QueryLimits(50, 4000, 70, 4000, 8, 10, 1 << 20, 2));
    assertRefused("SELECT count(*) FROM t", "the statement reads more than 70 rows");
  }

  private void assertRefused(String text, String message) {
    if (message == null) {
      assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> queries.run(text))).isNull();
    } else {
      assertThatThrownBy(() -> queries.run(text))
          .isInstanceOf(SqlException.class)
          .hasMessageStartingWith(message);
    }
  }

  /** Of a thousand rows only the first are kept while they are sorted. */
  @Test
  void theFirstOfManyAreSortedInLittleMemory() throws Exception {
    for (int i = 0; i < 20_000; i++) {
      table.add("id" + i, 10_000L + (i * 7919L) % 20_000, "x", 1.0, i);
    }
    queries.limits(new QueryLimits(50, 4000, 100_000, 300_000, 8, 1000, 1 << 20, 2));
    assertThat(queries.column("SELECT ts FROM t ORDER BY ts DESC LIMIT 3"))
        .containsExactly(29_999L, 29_998L, 29_997L);
    assertRefused("SELECT ts FROM t ORDER BY ts DESC", "ORDER BY would hold more than");
  }

  @Test
  void wrongNamesAreTold() {
    assertRefused("SELECT x FROM t", "the table db.t has no column 'x'");
    assertRefused("SELECT y.id FROM t", "'y' in y.id is not the table t");
    assertRefused("SELECT t.id FROM t AS z", "'t' in t.id is not the table z");
    assertRefused("SELECT * FROM other", "there is no table db.other");
    assertRefused("SELECT id, count(*) FROM t", "column 'id' is neither in GROUP BY nor");
    assertRefused("SELECT * FROM t WHERE count(*) > 1", "the aggregate count(*) cannot stand");
    assertRefused("SELECT id FROM t ORDER BY 2", "ORDER BY 2 means no item");
    assertRefused("SELECT DISTINCT id FROM t ORDER BY ts", "ORDER BY ts must be selected");
    assertRefused("SELECT id FROM t WHERE id", "WHERE takes a condition");
    assertRefused("INSERT INTO t VALUES (1)", "only SELECT and EXPLAIN can be executed");
  }

  @Test
  void limitsCanBeParameters() throws Exception {
    queries.with(List.of(ColumnType.STRING, ColumnType.INT), "taxi1", 3);
    assertThat(queries.column("SELECT ts FROM t WHERE id = ? LIMIT ?")).hasSize(3);
    queries.with(List.of(ColumnType.STRING, ColumnType.INT), "taxi1", -1);
    assertRefused("SELECT ts FROM t WHERE id = ? LIMIT ?", "LIMIT and OFFSET take a number");
  }

  /** Only a count of all rows can do without them. */
  @Test
  void rowsThatAreOnlyCountedAreNotFetched() throws Exception {
    Object rows = (long) table.rows().size();
    assertThat(queries.value("count(*) FROM t")).isEqualTo(rows);
    assertThat(queries.value("count(*) + count(*) FROM t HAVING count(*) > 1"))
        .isEqualTo(2L * table.rows().size());
    int counted = table.countedPages();
    assertThat(counted).isGreaterThanOrEqualTo(8);
    assertThat(queries.value("count(*) FROM t WHERE fare IS NULL OR fare IS NOT NULL"))
        .isEqualTo(rows);
    assertThat(queries.values("SELECT city, count(*) FROM t GROUP BY city")).isNotEmpty();
    assertThat(queries.values("SELECT count(*), max(ts) FROM t").get(0).get(0)).isEqualTo(rows);
    assertThat(queries.value("count(city) FROM t")).isNotEqualTo(0L);
    assertThat(queries.values("SELECT 1 FROM t")).hasSize(table.rows().size());
    assertThat(table.countedPages()).isEqualTo(counted);
    assertThat(queries.column("EXPLAIN SELECT count(*) FROM t"))
        .contains("all rows are counted where they are");
  }

  @Test
  void explainTellsThePlan() throws Exception {
    assertThat(
            queries.column(
                "EXPLAIN SELECT ts, fare FROM t WHERE id = 'taxi3' AND ts > 1005 AND fare > 2 ORDER"
                    + " BY ts DESC LIMIT 2"))
        .containsExactly(
            "table db.t by index index0 (id; ts ts)",
            "key taxi3 in partition "
                + io.holdfast.protocol.row.PartitionHash.partition("taxi3", 4),
            "times from 1006",
            "filter: id = 'taxi3' AND ts > 1005 AND fare > 2",
            "select: ts, fare",
            "order by: ts DESC (as the rows come)",
            "limit 2");
    assertThat(queries.column("EXPLAIN SELECT city, count(*) FROM t GROUP BY city"))
        .containsExactly(
            "table db.t by index index0 (id; ts ts)",
            "all keys of all 4 partitions",
            "group by: city",
            "select: city, count(*)");
    assertThat(table.requests()).isEmpty();
  }

  @Test
  void failuresOfTheSourceAreThoseOfTheStatement() {
    IllegalStateException failure = new IllegalStateException("the leader is away");
    for (RowSource source :
        List.<RowSource>of(
            request -> CompletableFuture.failedFuture(failure),
            request -> {
              throw failure;
            })) {
      QueryContext context =
          new QueryContext(
              "db",
              Parameters.NONE,
              Catalog.of(List.of(table.view())),
              source,
              SMALL,
              0,
              ZoneOffset.UTC);
      List<Throwable> seen = new ArrayList<>();
      var unused =
          execute("SELECT * FROM t", context).whenComplete((result, problem) -> seen.add(problem));
      assertThat(seen).containsExactly(failure);
    }
    QueryContext noCatalog =
        new QueryContext(
            "",
            Parameters.NONE,
            (database, name) -> CompletableFuture.completedFuture(Optional.empty()),
            table,
            SMALL,
            0,
            ZoneOffset.UTC);
    assertThat(execute("SELECT * FROM t", noCatalog))
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("no database is in use; write database.t");
  }

  private static CompletableFuture<QueryResult> execute(String text, QueryContext context) {
    try {
      return SqlExecutor.execute(SqlParser.parse(text), context).toCompletableFuture();
    } catch (SqlException e) {
      throw new AssertionError(e);
    }
  }

  /** A hundred thousand pages that are there at once need no deep stack. */
  @Test
  void manyPagesAreWorkedOnInALoop() {
    RowCursor cursor = new RowCursor() {};
    int[] pages = {0};
    RowSource source =
        request ->
            CompletableFuture.completedFuture(
                new RowPage(
                    List.of(), ++pages[0] % 100_000 == 0 ? Optional.empty() : Optional.of(cursor)));
    QueryContext context =
        new QueryContext(
            "db",
            Parameters.NONE,
            Catalog.of(List.of(table.view())),
            source,
            QueryLimits.defaults(),
            0,
            ZoneOffset.UTC);
    assertThat(execute("SELECT count(*) FROM t", context).join().rows()).hasSize(1);
    assertThat(pages[0]).isGreaterThanOrEqualTo(100_000);
  }
}
