package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;
import java.util.List;
import java.util.Locale;

/**
 * Statements parsed per second on one core. Run it without arguments. Whoever prepares a statement
 * parses it once; this is for those that do not.
 */
public final class SqlParserBench {
  private static final int ROUNDS = 6;
  private static final long ROUND_NANOS = 1_000_000_000L;

  private static final List<String> TEXTS =
      List.of(
          "SELECT * FROM trips WHERE id = 'taxi-7' LIMIT 10",
          "SELECT\n"
              + "  id,\n"
              + "  fare,\n"
              + "  pickup\n"
              + "FROM\n"
              + "  demo.trips\n"
              + "WHERE\n"
              + "  id = 'taxi-7' AND pickup > timestamp(1700000000000)\n"
              + "LIMIT 10\n"
              + "CONFIG (execute_mode = 'online')\n"
              + ";",
          "INSERT INTO trips VALUES ('taxi-7', 12.5, 1700000000000, NULL, ?)",
          "SELECT city, count(*) AS n, avg(fare * 1.19) FROM trips WHERE fare BETWEEN 10 AND 20 AND"
              + " (city LIKE 'B%' OR city IN ('x', 'y')) GROUP BY city ORDER BY n DESC LIMIT 5");

  private SqlParserBench() {}

  /** Runs it. */
  public static void main(String[] args) throws SqlException {
    for (int round = 0; round < ROUNDS; round++) {
      for (String text : TEXTS) {
        run(text, round == ROUNDS - 1);
      }
    }
  }

  private static void run(String text, boolean isLast) throws SqlException {
    long begin = System.nanoTime();
    long end = begin;
    long statements = 0;
    long hash = 0;
    while (end - begin < ROUND_NANOS) {
      for (int i = 0; i < 1000; i++) {
        hash += SqlParser.parse(text).parameterCount();
      }
      statements += 1000;
      end = System.nanoTime();
    }
    if (isLast) {
      System.out.printf(
          Locale.ROOT,
          "%,12.0f statements/s  %s (%d)%n",
          statements * 1e9 / (end - begin),
          text.replaceAll("\\s+", " "),
          hash);
    }
  }
}
