package io.holdfast.sql.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sql.ast.Statement.Select;
import io.holdfast.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random statements over random tables, whose pages have random sizes and come at random times,
 * return what reading all rows and looking at each returns.
 */
class RandomTableTest {
  private static final int TABLES = 60;
  private static final int STATEMENTS = 40;
  private static final List<String> COLUMNS =
      List.of(
          "id bigint notnull",
          "a string",
          "i int",
          "s smallint",
          "b bigint",
          "d double",
          "f bool",
          "ts timestamp notnull");

  @Test
  void theExecutorAgreesWithLookingAtAllRows() throws Exception {
    for (int seed = 0; seed < TABLES; seed++) {
      Random random = new Random(seed);
      MemoryTable table = table(random);
      for (int i = 0; i < STATEMENTS; i++) {
        String where = where(random);
        compareRows(table, random, where);
        compareOrder(table, random, where);
        compareGroups(table, where);
      }
    }
  }

  private static MemoryTable table(Random random) {
    List<String> indexes =
        List.of(
                List.of("a @ ts", "i", "a|i @ ts"),
                List.of("i @ ts"),
                List.of("f", "s|a", "ts", "a @ ts"),
                List.of("a", "i|f @ ts"))
            .get(random.nextInt(4));
    MemoryTable table = MemoryTable.of(1 + random.nextInt(5), COLUMNS, indexes);
    table.disturb(random);
    int rows = random.nextInt(80);
    for (int i = 0; i < rows; i++) {
      table.add(
          (long) i,
          maybe(random, List.of("", "a", "ab", "Bb", "a|1").get(random.nextInt(5))),
          maybe(random, random.nextInt(5) - 2),
          maybe(random, (short) random.nextInt(4)),
          maybe(random, random.nextLong()),
          maybe(random, random.nextInt(9) / 2.0 - 2),
          maybe(random, random.nextBoolean()),
          1L + random.nextInt(30));
    }
    return table;
  }

  private static Object maybe(Random random, Object value) {
    return random.nextInt(6) == 0 ? null : value;
  }

  private static String where(Random random) {
    RandomExpressions expressions =
        new RandomExpressions(
            random, List.of("i", "s", "b", "id"), List.of("d"), List.of("a"), List.of("f"));
    List<String> conditions = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      conditions.add(
          switch (random.nextInt(9)) {
            case 0 -> "a = " + text(random);
            case 1 -> "a IN (" + text(random) + ", " + text(random) + ")";
            case 2 -> "i = " + (random.nextInt(5) - 2);
            case 3 -> "(i IN (0, 1, 2, NULL) AND f = " + random.nextBoolean() + ")";
            case 4 -> "a IS NULL";
            case 5 -> "s = " + random.nextInt(4) + " AND a = " + text(random);
            case 6 -> "id < " + random.nextInt(80);
            default -> expressions.truth(3);
          });
    }
    return String.join(random.nextInt(5) == 0 ? " OR " : " AND ", conditions);
  }

  /** A condition on the time, which the naive evaluator sees as one on a number. */
  private static String time(Random random) {
    int time = random.nextInt(32);
    return switch (random.nextInt(5)) {
      case 0 -> " AND bigint(ts) > " + time;
      case 1 -> " AND bigint(ts) BETWEEN " + time + " AND " + (time + random.nextInt(9));
      case 2 -> " AND bigint(ts) = " + time;
      case 3 -> " AND " + time + " >= bigint(ts)";
      default -> "";
    };
  }

  private static String text(Random random) {
    return List.of("''", "'a'", "'ab'", "'x'", "'a|1'").get(random.nextInt(5));
  }

  private void compareRows(MemoryTable table, Random random, String condition) throws Exception {
    String where = "(" + condition + ")" + time(random);
    List<Object> expected = ids(table, where);
    List<Object> found = new Queries(table).column("SELECT id FROM t WHERE " + where);
    assertThat(found).as(where).containsExactlyInAnyOrderElementsOf(expected);
    int limit = random.nextInt(10);
    List<Object> first =
        new Queries(table).column("SELECT id FROM t WHERE " + where + " LIMIT " + limit);
    assertThat(first).as(where).hasSize(Math.min(limit, expected.size()));
    assertThat(expected).as(where).containsAll(first);
    assertThat(first).doesNotHaveDuplicates();
  }

  private void compareOrder(MemoryTable table, Random random, String where) throws Exception {
    List<Object> expected = new ArrayList<>(ids(table, where));
    expected.sort(
        Comparator.comparing(
                (Object id) -> (Double) row(table, id).get(5),
                Comparator.nullsFirst(Comparator.<Double>naturalOrder()))
            .reversed()
            .thenComparing(id -> (Long) id));
    int limit = random.nextInt(20);
    int offset = random.nextInt(5);
    List<Object> found =
        new Queries(table)
            .column(
                "SELECT id FROM t WHERE "
                    + where
                    + " ORDER BY d DESC, id LIMIT "
                    + limit
                    + " OFFSET "
                    + offset);
    int from = Math.min(offset, expected.size());
    assertThat(found)
        .as(where)
        .isEqualTo(expected.subList(from, Math.min(expected.size(), from + limit)));
  }

  private void compareGroups(MemoryTable table, String where) throws Exception {
    Map<Object, List<List<Object>>> groups = new LinkedHashMap<>();
    for (Object id : ids(table, where)) {
      List<Object> row = row(table, id);
      groups.computeIfAbsent(row.get(1), key -> new ArrayList<>()).add(row);
    }
    List<List<Object>> expected = new ArrayList<>();
    groups.forEach(
        (key, rows) -> {
          long[] sum = {0, 0};
          java.util.Set<Object> distinct = new java.util.HashSet<>();
          for (List<Object> row : rows) {
            if (row.get(2) != null) {
              sum[0] += (Integer) row.get(2);
              sum[1]++;
            }
            if (row.get(3) != null) {
              distinct.add(row.get(3));
            }
          }
          List<Object> group = new ArrayList<>();
          group.add(key);
          group.add((long) rows.size());
          group.add(sum[1] == 0 ? null : sum[0]);
          group.add(sum[1] == 0 ? null : (double) sum[0] / sum[1]);
          group.add((long) distinct.size());
          group.add(rows.stream().map(row -> (Long) row.get(7)).max(Long::compare).orElse(null));
          expected.add(group);
        });
    assertThat(
            new Queries(table)
                .values(
                    "SELECT a, count(*), sum(i), avg(i), count(DISTINCT s), max(ts) FROM t WHERE "
                        + where
                        + " GROUP BY a"))
        .as(where)
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private static List<Object> row(MemoryTable table, Object id) {
    return table.rows().get(((Long) id).intValue());
  }

  private static List<Object> ids(MemoryTable table, String where) throws Exception {
    String plain = where.replace("bigint(ts)", "ts");
    Select select = (Select) SqlParser.parse("SELECT 1 FROM t WHERE " + plain);
    List<Object> ids = new ArrayList<>();
    for (List<Object> row : table.rows()) {
      Map<String, NaiveEvaluator.Value> named = RandomExpressionTest.named(table, row);
      named.put("ts", NaiveEvaluator.value(io.holdfast.protocol.row.ColumnType.BIGINT, row.get(7)));
      if (new NaiveEvaluator(named).holds(select.where().orElseThrow())) {
        ids.add(row.get(0));
      }
    }
    return ids;
  }
}
