package io.holdfast.sql.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.ast.Statement.Select;
import io.holdfast.sql.parse.SqlParser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random expressions over random rows have the values that a naive evaluator finds. */
class RandomExpressionTest {
  private static final int ROUNDS = 10_000;

  @Test
  void theExecutorAgreesWithTheNaiveEvaluator() throws Exception {
    Random random = new Random(7);
    RandomExpressions expressions =
        new RandomExpressions(
            random, List.of("s", "i", "b"), List.of("d"), List.of("t"), List.of("f"));
    int values = 0;
    for (int round = 0; round < ROUNDS; round++) {
      MemoryTable table =
          MemoryTable.of(
              1,
              List.of("k int", "s smallint", "i int", "b bigint", "d double", "t string", "f bool"),
              List.of("k"));
      List<Object> row =
          java.util.Arrays.asList(
              1,
              maybe(random, (short) random.nextInt()),
              maybe(random, random.nextInt(5) - 2),
              maybe(random, random.nextLong()),
              maybe(random, random.nextInt(9) / 2.0 - 2),
              maybe(random, List.of("", "a", "ab", "Bb", "\u00e9x").get(random.nextInt(5))),
              maybe(random, random.nextBoolean()));
      table.add(row.toArray());
      String text = "SELECT " + expressions.any(4) + " FROM t WHERE k = 1";
      Select select = (Select) SqlParser.parse(text);
      Object expected =
          new NaiveEvaluator(named(table, row))
              .result(select.items().get(0).expression().orElseThrow());
      Object found = new Queries(table).values(text).get(0).get(0);
      // Which of its types an integer has is not the naive evaluator's business.
      assertThat(comparable(found)).as("%s over %s", text, row).isEqualTo(comparable(expected));
      values += found == null ? 0 : 1;
    }
    assertThat(values).isGreaterThan(ROUNDS / 4);
  }

  private static Object comparable(Object value) {
    boolean isInteger = value instanceof Short || value instanceof Integer;
    return isInteger ? (Object) ((Number) value).longValue() : value;
  }

  private static Object maybe(Random random, Object value) {
    return random.nextInt(5) == 0 ? null : value;
  }

  static Map<String, NaiveEvaluator.Value> named(MemoryTable table, List<Object> row) {
    Map<String, NaiveEvaluator.Value> named = new HashMap<>();
    for (int i = 0; i < row.size(); i++) {
      ColumnType type = table.view().schema().columns().get(i).type();
      named.put(
          table.view().schema().columns().get(i).name(), NaiveEvaluator.value(type, row.get(i)));
    }
    return named;
  }
}
