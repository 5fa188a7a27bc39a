package io.holdfast.sql.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.parse.SqlParser;
import io.holdfast.sql.write.WritePlanner;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Statements that are almost right are executed or refused; nothing else happens. */
class SqlExecutorFuzzTest {
  private static final List<String> WORDS =
      List.of(
          "a",
          "i",
          "b",
          "d",
          "f",
          "ts",
          "day",
          "'a'",
          "'1'",
          "1",
          "-7",
          "2.5",
          "NULL",
          "true",
          "now()",
          "9223372036854775807",
          "count(*)",
          "sum(i)",
          "max(a)",
          "avg(DISTINCT i)",
          "timestamp(5)",
          "date('2024-01-01')",
          "upper(a)",
          "year(ts)",
          "x",
          "coalesce(a, 'b')",
          "round(d, i)",
          "substr(a, i)",
          "CASE WHEN f THEN i END",
          "i IN (1, NULL)",
          "a LIKE 'a%'",
          "ts BETWEEN 1 AND '1970-01-01'");
  private static final List<String> OPERATORS =
      List.of(
          " = ", " < ", " >= ", " != ", " + ", " - ", " * ", " / ", " DIV ", " % ", " AND ",
          " OR ");

  @Test
  void statementsOfRandomParts() throws Exception {
    Random random = new Random(11);
    MemoryTable table =
        MemoryTable.of(
            3,
            List.of(
                "a string",
                "i int",
                "b bigint",
                "d double",
                "f bool",
                "ts timestamp notnull",
                "day date"),
            List.of("a @ ts", "i|f", "day"));
    table.disturb(random);
    table.add("a", 1, 2L, 2.5, true, 5L, java.time.LocalDate.of(2024, 1, 1));
    table.add(null, null, null, null, null, 6L, null);
    table.add("1", -7, Long.MAX_VALUE, Double.NaN, false, 7L, null);
    int executed = 0;
    for (int i = 0; i < 60_000; i++) {
      String text = statement(random);
      try {
        Statement statement = SqlParser.parse(text);
        if (statement instanceof Statement.Delete delete) {
          WritePlanner.delete(delete, Parameters.NONE, table.view(), 1, ZoneOffset.UTC);
        } else if (statement instanceof Statement.Insert insert) {
          WritePlanner.insert(insert, Parameters.NONE, table.view(), 1, ZoneOffset.UTC);
        } else {
          new Queries(table).values(text);
        }
        executed++;
      } catch (SqlException e) {
        assertThat(e.getMessage()).as(text).isNotEmpty();
      }
    }
    assertThat(executed).isGreaterThan(3_000);
  }

  private static String statement(Random random) {
    String condition = expression(random);
    return switch (random.nextInt(8)) {
      case 0 -> "DELETE FROM t WHERE " + condition;
      case 1 ->
          "INSERT INTO t VALUES ("
              + String.join(
                  ", ",
                  java.util.stream.Stream.generate(() -> expression(random)).limit(7).toList())
              + ")";
      case 2 ->
          "SELECT "
              + expression(random)
              + ", count(*) FROM t GROUP BY "
              + expression(random)
              + " HAVING "
              + condition;
      case 3 -> "EXPLAIN SELECT * FROM t WHERE " + condition;
      default ->
          "SELECT "
              + (random.nextInt(5) == 0 ? "DISTINCT " : "")
              + expression(random)
              + " x, "
              + expression(random)
              + " FROM t WHERE "
              + condition
              + (random.nextBoolean() ? " ORDER BY " + expression(random) : "")
              + (random.nextBoolean() ? " LIMIT " + random.nextInt(3) : "");
    };
  }

  private static String expression(Random random) {
    String word = WORDS.get(random.nextInt(WORDS.size()));
    return switch (random.nextInt(5)) {
      case 0, 1 -> word;
      case 2 -> "(" + expression(random) + ")";
      default -> word + OPERATORS.get(random.nextInt(OPERATORS.size())) + expression(random);
    };
  }
}
