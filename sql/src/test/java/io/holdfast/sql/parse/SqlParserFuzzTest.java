package io.holdfast.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the text, its result is a statement or a refusal, and the same each time. */
class SqlParserFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "SELECT a, b AS x, count(*) FROM db.t WHERE k = 'v' AND ts BETWEEN 1 AND 2 LIMIT 10;",
          "SELECT DISTINCT `a` FROM t WHERE NOT a LIKE 'x%' ESCAPE '!' OR b IN (1, 2.5, ?, NULL)",
          "SELECT sum(a + 1) s FROM t GROUP BY b HAVING s > 1 ORDER BY s DESC LIMIT 1, 2",
          "SELECT CASE WHEN a IS NOT NULL THEN cast(a AS int) ELSE timestamp('2024-01-01') END",
          "INSERT OR IGNORE INTO t (a, b) VALUES (1, 'it''s'), (?, DEFAULT), (-1.5e3, \"q\")",
          "CREATE TABLE IF NOT EXISTS t (a int NOT NULL, b string DEFAULT 'x', INDEX(KEY=(a,b),"
              + " TS=c, TTL=(10m, 5), TTL_TYPE=absandlat)) OPTIONS(PARTITIONNUM=8)",
          "DELETE FROM db.t WHERE a = 'x' AND ts > timestamp(1700000000000)",
          "LOAD DATA INFILE '/x.csv' INTO TABLE t OPTIONS(delimiter=',', header=false)",
          "SHOW JOBS FROM NAMESERVER",
          "SET @@global.execute_mode = 'online' -- comment",
          "EXPLAIN SELECT * FROM t /* all */ CONFIG (execute_mode = 'online')",
          "CREATE INDEX i ON t (a) OPTIONS (ts=b, ttl=7d, ttl_type=absolute)");

  @Test
  void mutationsOfStatements() throws Exception {
    Random random = new Random(1);
    int parsed = 0;
    for (int i = 0; i < 200_000; i++) {
      parsed += parses(mutated(random)) ? 1 : 0;
    }
    // Some of them must be statements still, or this says nothing of what comes behind the first
    // fault.
    assertThat(parsed).isGreaterThan(10_000);
  }

  private static String mutated(Random random) {
    StringBuilder text = new StringBuilder(pick(SEEDS, random));
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && !text.isEmpty(); i++) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.deleteCharAt(at);
        case 1 ->
            text.setCharAt(
                at, (char) (random.nextInt(20) == 0 ? random.nextInt() : 32 + random.nextInt(95)));
        case 2 ->
            text.insert(at, pick(List.of("(", ")", "'", "\"", "`", ",", " ", "-", "\\"), random));
        case 3 -> {
          String other = pick(SEEDS, random);
          int from = random.nextInt(other.length());
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(20)));
        }
        default -> text.setLength(at);
      }
    }
    return text.toString();
  }

  @Test
  void randomBytes() throws Exception {
    Random random = new Random(2);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      try {
        SqlParser.parse(bytes);
      } catch (SqlException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
      parses("SELECT " + new String(bytes, StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void randomTokens() throws Exception {
    Random random = new Random(3);
    List<String> words =
        List.of(
            "select", "from", "where", "and", "or", "not", "in", "between", "like", "is", "null",
            "group", "by", "order", "limit", "(", ")", ",", ".", "*", "=", "<", "a", "t", "1",
            "'s'", "?", "-", "case", "when", "then", "end", "cast", "as", "int", "count", "insert",
            "into", "values", "create", "table", "index", "key", ";");
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "select " : "");
      int length = random.nextInt(25);
      for (int k = 0; k < length; k++) {
        text.append(pick(words, random)).append(' ');
      }
      parses(text.toString());
    }
  }

  private static boolean parses(String text) throws Exception {
    try {
      Statement statement = SqlParser.parse(text);
      assertThat(SqlParser.parse(text)).isEqualTo(statement);
      assertThat(statement.toString()).isNotEmpty();
      return true;
    } catch (SqlException e) {
      assertThat(e.getMessage()).isNotEmpty();
      return false;
    }
  }

  private static String pick(List<String> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }
}
