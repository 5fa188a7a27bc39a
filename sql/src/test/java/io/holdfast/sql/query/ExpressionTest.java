package io.holdfast.sql.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expressions, their values and types, as SELECT without a table computes them. */
class ExpressionTest {
  private final Queries queries = new Queries(MemoryTable.of(1, List.of("a int"), List.of("a")));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "1 + 2; INT; 3",
        "1 + 2L; BIGINT; 3",
        "smallint(1) + smallint(2); SMALLINT; 3",
        "2147483647 + 1; INT; -2147483648",
        "9223372036854775807 + 1; BIGINT; -9223372036854775808",
        "1 + 1.5f; FLOAT; 2.5",
        "1 + 1.5; DOUBLE; 2.5",
        "7 / 2; DOUBLE; 3.5",
        "1 / 0; DOUBLE; Infinity",
        "0 / 0; DOUBLE; NaN",
        "7 DIV 2; INT; 3",
        "-7 DIV 2; INT; -3",
        "7 DIV 0; INT; null",
        "-7 % 3; INT; -1",
        "7 % 0; INT; null",
        "7.5 % 2; DOUBLE; 1.5",
        "- smallint(5); SMALLINT; -5",
        "1 + NULL; INT; null",
        "timestamp(1000) + 5; TIMESTAMP; 1005",
        "timestamp(1000) - timestamp(400); BIGINT; 600",
        "2 * 3 + 4; INT; 10",
        "1 = 1.0; BOOL; true",
        "'a' < 'b'; BOOL; true",
        "'10' = 10; BOOL; true",
        "'1.5' > 1; BOOL; true",
        "'x' = 1; BOOL; null",
        "NULL = NULL; BOOL; null",
        "1 != NULL; BOOL; null",
        "true = 1; BOOL; true",
        "0 / 0 = 0 / 0; BOOL; false",
        "0 / 0 != 0 / 0; BOOL; true",
        "0.0 = -0.0; BOOL; true",
        "timestamp('2024-01-01') = '2024-01-01 00:00:00'; BOOL; true",
        "date('2024-01-01') < timestamp('2024-01-01 00:00:01'); BOOL; true",
        "date('2024-01-01') = '2024-01-01'; BOOL; true",
        "NULL AND false; BOOL; false",
        "NULL AND true; BOOL; null",
        "NULL OR true; BOOL; true",
        "NULL OR false; BOOL; null",
        "NOT NULL; BOOL; null",
        "NOT 0; BOOL; true",
        "NULL IS NULL; BOOL; true",
        "1 IS NOT NULL; BOOL; true",
        "2 BETWEEN 1 AND 3; BOOL; true",
        "2 NOT BETWEEN 1 AND NULL; BOOL; null",
        "5 NOT BETWEEN 1 AND NULL; BOOL; null",
        "0 NOT BETWEEN 1 AND NULL; BOOL; true",
        "1 IN (2, 1); BOOL; true",
        "1 IN (2, NULL); BOOL; null",
        "1 NOT IN (2, NULL); BOOL; null",
        "1 IN (2, 3, 4, 5, 1); BOOL; true",
        "9 IN (2, 3, 4, 5, NULL); BOOL; null",
        "'a' IN ('b', 'c', 'd', 'a'); BOOL; true",
        "'abc' LIKE 'a%'; BOOL; true",
        "'abc' LIKE 'a_'; BOOL; false",
        "'ABC' LIKE 'abc'; BOOL; false",
        "'ABC' ILIKE 'a%c'; BOOL; true",
        "'a%c' LIKE 'a\\%c'; BOOL; true",
        "'abc' LIKE 'a\\%c'; BOOL; false",
        "'a%c' LIKE 'a!%c' ESCAPE '!'; BOOL; true",
        "'a\\\\c' LIKE 'a\\\\_' ESCAPE ''; BOOL; true",
        "'aXbXc' LIKE '%X%X%'; BOOL; true",
        "'' LIKE '%'; BOOL; true",
        "'' LIKE '_'; BOOL; false",
        "NULL LIKE 'a'; BOOL; null",
        "CASE WHEN 1 = 2 THEN 'a' WHEN NULL THEN 'b' ELSE 'c' END; STRING; c",
        "CASE 2 WHEN 1 THEN 10 WHEN 2 THEN 20L END; BIGINT; 20",
        "CASE WHEN false THEN 1 END; INT; null",
        "int('12'); INT; 12",
        "int(' 12 '); INT; 12",
        "int('x'); INT; null",
        "int(2.9); INT; 2",
        "int(-2.9); INT; -2",
        "smallint(65537); SMALLINT; 1",
        "int(true); INT; 1",
        "bool('TRUE'); BOOL; true",
        "bool('x'); BOOL; null",
        "bool(2); BOOL; true",
        "double('1e3'); DOUBLE; 1000.0",
        "double('1d'); DOUBLE; null",
        "float('0.5'); FLOAT; 0.5",
        "string(12); STRING; 12",
        "string(true); STRING; true",
        "string(timestamp(0)); STRING; 1970-01-01 00:00:00",
        "string(date('2024-02-29')); STRING; 2024-02-29",
        "cast('7' AS bigint); BIGINT; 7",
        "bigint(timestamp(5)); BIGINT; 5",
        "timestamp(5L); TIMESTAMP; 5",
        "timestamp('1970-01-02'); TIMESTAMP; 86400000",
        "timestamp('1970-01-01 00:00:01'); TIMESTAMP; 1000",
        "timestamp('1970-01-01T00:00:01.5'); TIMESTAMP; 1500",
        "timestamp('19700101000001'); TIMESTAMP; 1000",
        "timestamp('19700102'); TIMESTAMP; 86400000",
        "timestamp('1970-01-01T01:00:01+01:00'); TIMESTAMP; 1000",
        "timestamp('1970-13-01'); TIMESTAMP; null",
        "timestamp(date('1970-01-02')); TIMESTAMP; 86400000",
        "date('2023-02-29'); DATE; null",
        "date('1899-12-31'); DATE; null",
        "date(timestamp(86400000)); DATE; 1970-01-02",
        "upper('aé'); STRING; AÉ",
        "lower('AÉ'); STRING; aé",
        "length('aé'); INT; 2",
        "char_length('\\U0001F600'); INT; 1",
        "substr('hello', 2, 3); STRING; ell",
        "substr('hello', -3); STRING; llo",
        "substr('hello', -3, 2); STRING; ll",
        "substr('hello', 9); STRING; ~~",
        "substring('hello', 2, 9223372036854775807); STRING; ello",
        "left('hello', 2); STRING; he",
        "right('hello', 2); STRING; lo",
        "right('hello', 99); STRING; hello",
        "trim('  a '); STRING; a",
        "replace('aXbX', 'X', 'yy'); STRING; ayybyy",
        "concat('a', 1, true); STRING; a1true",
        "concat('a', NULL); STRING; null",
        "reverse('abc'); STRING; cba",
        "abs(-3); INT; 3",
        "abs(-3.5); DOUBLE; 3.5",
        "ceil(1.2); DOUBLE; 2.0",
        "floor(-1.2); DOUBLE; -2.0",
        "floor(7); BIGINT; 7",
        "round(2.5); DOUBLE; 3.0",
        "round(-2.5); DOUBLE; -3.0",
        "round(1.005, 2); DOUBLE; 1.01",
        "round(1250, -2); BIGINT; 1300",
        "sqrt(9); DOUBLE; 3.0",
        "pow(2, 10); DOUBLE; 1024.0",
        "coalesce(NULL, 1, 2L); BIGINT; 1",
        "ifnull(NULL, 'x'); STRING; x",
        "nullif(1, 1); INT; null",
        "if(1 > 2, 'a', 'b'); STRING; b",
        "nvl2(NULL, 1, 2); INT; 2",
        "isnull(NULL); BOOL; true",
        "year(date('2024-02-29')); INT; 2024",
        "month(timestamp('2024-02-29')); INT; 2",
        "day(date('2024-02-29')); INT; 29",
        "dayofweek(date('2024-03-03')); INT; 1",
        "dayofyear(date('2024-03-01')); INT; 61",
        "weekofyear(date('2024-01-01')); INT; 1",
        "hour(timestamp('2024-01-01 13:14:15')); INT; 13",
        "minute(timestamp('2024-01-01 13:14:15')); INT; 14",
        "second(timestamp('2024-01-01 13:14:15')); INT; 15",
        "datediff(date('2024-03-01'), date('2024-02-28')); INT; 2",
        "now(); TIMESTAMP; 1700000000000",
        "current_timestamp; TIMESTAMP; 1700000000000",
        "count(*); BIGINT; 1",
        "sum(1); BIGINT; 1",
        "avg(3); DOUBLE; 3.0",
        "NULL; STRING; null",
      })
  void valuesAndTypes(String expression, ColumnType type, String value) throws Exception {
    assertThat(queries.type(expression)).isEqualTo(type);
    assertThat(String.valueOf(queries.value(expression))).isEqualTo(value == null ? "" : value);
  }

  @Test
  void timesAreOfTheZone() throws Exception {
    queries.zone("Asia/Shanghai");
    assertThat(queries.value("timestamp('1970-01-01 08:00:00')")).isEqualTo(0L);
    assertThat(queries.value("string(timestamp(0))")).isEqualTo("1970-01-01 08:00:00");
    assertThat(queries.value("hour(timestamp(0))")).isEqualTo(8);
    assertThat(queries.value("date(timestamp(57600000))")).isEqualTo(LocalDate.of(1970, 1, 2));
  }

  @Test
  void parametersHaveTypes() throws Exception {
    queries.with(
        List.of(ColumnType.STRING, ColumnType.TIMESTAMP, ColumnType.DOUBLE), "x", 5L, null);
    assertThat(queries.values("SELECT ?, ? + 1, ?"))
        .isEqualTo(List.of(java.util.Arrays.asList("x", 6L, null)));
    assertThatThrownBy(() -> queries.values("SELECT ?"))
        .isInstanceOf(SqlException.class)
        .hasMessage("the statement has 1 parameter, but 3 values were given");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "'a' + 1; + takes numbers, not string",
        "true * 2; * takes numbers, not bool",
        "1.5 DIV 2; DIV takes integers, not double",
        "- 'a'; - takes a number",
        "date('2024-01-01') = 1; a date cannot be compared with a int",
        "timestamp(1) = 1.5; a timestamp cannot be compared with a double",
        "NOT 'a'; NOT takes a condition",
        "1 LIKE 'a'; LIKE takes strings, not int",
        "upper(1); upper takes strings, not int",
        "upper('a', 'b'); upper takes 1 argument, not 2",
        "abs('a'); abs takes numbers",
        "substr('a', 'b'); substr takes an integer as position",
        "year(1); year takes a date or a timestamp, not int",
        "int(date('2024-01-01')); a date cannot be converted to int",
        "nope(1); the function nope is not supported",
        "lag(1); the function lag is not supported",
        "coalesce(1, 'a'); one value is a int and another a string",
        "upper(*); * and DISTINCT are for aggregates",
        "sum('a'); sum takes numbers, not string",
        "min(true); min takes values that have an order",
        "sum(count(*)); the aggregate count(*) cannot stand here",
        "a; column a cannot stand in a SELECT without FROM",
        "*; * needs a table in FROM",
        "? ; the statement has 1 parameter, but 0 values were given",
      })
  void wrongExpressionsAreRefused(String expression, String message) {
    assertThatThrownBy(() -> queries.value(expression))
        .isInstanceOf(SqlException.class)
        .hasMessageContaining(message);
  }

  @Test
  void textsThatWouldBeHugeAreRefused() throws Exception {
    String text = "'" + "x".repeat(100_000) + "'";
    assertThatThrownBy(() -> queries.value("replace(" + text + ", 'x', " + text + ")"))
        .hasMessageContaining("too long");
    String large = "replace(" + text + ", 'x', '" + "y".repeat(150) + "')";
    assertThat(queries.value("length(" + large + ")")).isEqualTo(15_000_000);
    assertThatThrownBy(() -> queries.value("concat(" + large + ", " + large + ")"))
        .hasMessageContaining("too long");
  }

  /** A pattern that would take for ever by trying every place for every percent sign. */
  @Test
  void noPatternIsSlow() throws Exception {
    String pattern = "%a".repeat(200) + "b";
    assertThat(queries.value("'" + "a".repeat(20_000) + "' LIKE '" + pattern + "'"))
        .isEqualTo(false);
  }
}
