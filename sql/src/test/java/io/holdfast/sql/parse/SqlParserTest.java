package io.holdfast.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.Literal;
import io.holdfast.sql.ast.Identifiers;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.ast.Statement.Select;
import io.holdfast.sql.ast.Statement.TtlKind;
import io.holdfast.sql.ast.TableName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts and the statements they mean; what is not supported is refused by name. */
class SqlParserTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1 + 2 * 3 | 1 + 2 * 3",
        "(1 + 2) * 3 | (1 + 2) * 3",
        "((1)) - ((2) - 3) - 4 | 1 - (2 - 3) - 4",
        "a div 2 mod 3 / b % c | a DIV 2 % 3 / b % c",
        "-a | - a",
        "- - 5 | - -5",
        "-5 | -5",
        "+a | a",
        "-9223372036854775808 | -9223372036854775808",
        "a = 1 or b == 2 and not c <> 3 | a = 1 OR b = 2 AND NOT c != 3",
        "(a or b) and c | (a OR b) AND c",
        "not (a and b) | NOT (a AND b)",
        "a is null and b is not null | a IS NULL AND b IS NOT NULL",
        "(a = 1) is null | (a = 1) IS NULL",
        "a between 1 and 2 and b | a BETWEEN 1 AND 2 AND b",
        "a not between 1+1 and -2 | a NOT BETWEEN 1 + 1 AND -2",
        "a in (1,'x', ?) | a IN (1, 'x', ?)",
        "a not in (1) | a NOT IN (1)",
        "a like 'x%' escape '!' | a LIKE 'x%' ESCAPE '!'",
        "a not ilike \"x_\" | a NOT ILIKE 'x_'",
        "COUNT(*) | count(*)",
        "Count(Distinct a) | count(DISTINCT a)",
        "sum( a+1 ) | sum(a + 1)",
        "cast(a as BigInt) | bigint(a)",
        "timestamp('2024-01-31') | timestamp('2024-01-31')",
        "timestamp '2024-01-31' | timestamp('2024-01-31')",
        "DATE(ts) | date(ts)",
        "t.a | t.a",
        "db.t.a | t.a",
        "case when a then 1 else 2 end | CASE WHEN a THEN 1 ELSE 2 END",
        "case a when 1 then 'x' when 2 then 'y' end | CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' END",
        "if(a, b, c) | if(a, b, c)",
        "left(a, 2) | left(a, 2)",
        "current_timestamp | now()",
        "true | true",
        "nUlL | NULL",
        "a.`b` | a.b",
        "timestamp > date | timestamp > date",
      })
  void expressionsAreReadByThePrecedenceOfOperators(String text, String canonical)
      throws Exception {
    assertThat(expression(text)).hasToString(canonical);
    // What was printed means the same.
    assertThat(expression(canonical)).hasToString(canonical);
  }

  @Test
  void blanksAndCommentsMeanNothing() throws Exception {
    assertThat(expression("a /* b\n */ + -- c\n 1 # d")).hasToString("a + 1");
    assertThat(expression("`order`")).hasToString("order");
    SqlException refusal = refusal("select a\nfrom\n  where");
    assertThat(refusal).hasMessageContaining("found the keyword where");
    assertThat(List.of(refusal.line(), refusal.column())).isEqualTo(List.of(3, 3));
    assertThat(refusal("select a || b")).hasMessageStartingWith("'|' is not supported here");
  }

  /** Whatever is in a name, it is parsed as it was. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "select", "a`b", "`", "``", "a\\`", "it's \"x\" -- y", "\u00e9\n"})
  void namesInBackquotesAreWhatTheyWere(String name) throws Exception {
    assertThat(Identifiers.quoted(name)).startsWith("`").endsWith("`");
    assertThat(SqlParser.parse("DESC " + Identifiers.quoted(name)))
        .isEqualTo(new Statement.Describe(new TableName(Optional.empty(), name)));
  }

  @Test
  void numbersHaveTheSmallestTypeThatHoldsThem() throws Exception {
    assertThat(expression("2147483647")).isEqualTo(new Literal(2147483647, ColumnType.INT));
    assertThat(expression("2147483648")).isEqualTo(new Literal(2147483648L, ColumnType.BIGINT));
    assertThat(expression("-2147483648")).isEqualTo(new Literal(-2147483648, ColumnType.INT));
    assertThat(expression("7L")).isEqualTo(new Literal(7L, ColumnType.BIGINT));
    assertThat(expression("0x1F")).isEqualTo(new Literal(31, ColumnType.INT));
    assertThat(expression("1.5")).isEqualTo(new Literal(1.5, ColumnType.DOUBLE));
    assertThat(expression(".5")).isEqualTo(new Literal(.5, ColumnType.DOUBLE));
    assertThat(expression("1.")).isEqualTo(new Literal(1., ColumnType.DOUBLE));
    assertThat(expression("1e-3")).isEqualTo(new Literal(.001, ColumnType.DOUBLE));
    assertThat(expression("1.5f")).isEqualTo(new Literal(1.5f, ColumnType.FLOAT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "1e999",
        "12abc",
        "0x",
        "0xg",
        "1.2.3",
        "1d",
        "1e",
        "1f2",
        "0x1p3"
      })
  void wrongNumbersAreRefused(String text) {
    assertThat(refusal("SELECT " + text)).hasMessageContaining("is not a number that fits");
  }

  @Test
  void stringsHaveTwoKindsOfQuotesAndEscapes() throws Exception {
    assertThat(string("'it''s'")).isEqualTo("it's");
    assertThat(string("\"it's\"")).isEqualTo("it's");
    assertThat(string("\"a\"\"b\"")).isEqualTo("a\"b");
    assertThat(string("'a\"\"b'")).isEqualTo("a\"\"b");
    assertThat(string("'it\\'s'")).isEqualTo("it's");
    assertThat(string("'a\\\\'")).isEqualTo("a\\");
    assertThat(string("'\\n\\t\\x41\\u00e9\\U0001F600'")).isEqualTo("\n\tA\u00e9\ud83d\ude00");
    assertThat(string("'50\\%'")).isEqualTo("50\\%");
    assertThat(string("''")).isEqualTo("");
    assertThat(string("'-- no /* comment'")).isEqualTo("-- no /* comment");
    assertThat(string("'\ud83d\ude00'")).isEqualTo("\ud83d\ude00");
    assertThat(refusal("SELECT '\\q'")).hasMessageContaining("escape");
    assertThat(refusal("SELECT '\\uD800'")).hasMessageContaining("escape");
    assertThat(refusal("SELECT '\ud83d'")).hasMessageContaining("half a character");
  }

  @Test
  void aSelectHasItsClauses() throws Exception {
    Select select =
        (Select)
            SqlParser.parse(
                "select distinct a as x, b y, t.*, * from db.t as t where a = ? group by a, b"
                    + " having count(*) > ? order by x desc, 2 limit 5 offset ?;");
    assertThat(select.distinct()).isTrue();
    assertThat(select.items()).hasSize(4);
    assertThat(select.items().get(0).alias()).contains("x");
    assertThat(select.items().get(1).alias()).contains("y");
    assertThat(select.items().get(2).qualifier()).contains("t");
    assertThat(select.items().get(3).expression()).isEmpty();
    assertThat(select.from()).contains(new TableName(Optional.of("db"), "t"));
    assertThat(select.alias()).contains("t");
    assertThat(select.where()).get().hasToString("a = ?");
    assertThat(select.groupBy()).hasSize(2);
    assertThat(select.having()).get().hasToString("count(*) > ?");
    assertThat(select.orderBy().get(0).descending()).isTrue();
    assertThat(select.orderBy().get(1).descending()).isFalse();
    assertThat(select.limit()).contains(new Literal(5, ColumnType.INT));
    assertThat(select.offset()).contains(new Expression.Parameter(2));
    assertThat(select.parameterCount()).isEqualTo(3);
  }

  /** As OpenMLDB's client prints it again before it sends it. */
  @Test
  void theClientsLayoutIsRead() throws Exception {
    Select select =
        (Select)
            SqlParser.parse(
                "SELECT\n  c1,\n  c2\nFROM\n  t1\nWHERE\n  c1 = \"k1\" AND c3 = 'it''s'\n"
                    + "LIMIT 10\nCONFIG (execute_mode = 'online')\n;\n");
    assertThat(select.where()).get().hasToString("c1 = 'k1' AND c3 = 'it''s'");
    assertThat(select.config()).isEqualTo(Map.of("execute_mode", "online"));
  }

  @Test
  void limitsGoUpToTheLargestNumber() throws Exception {
    assertThat(((Select) SqlParser.parse("select 1 limit 9223372036854775807")).limit())
        .contains(new Literal(Long.MAX_VALUE, ColumnType.BIGINT));
    Select both = (Select) SqlParser.parse("select 1 limit 3, 4");
    assertThat(both.offset()).contains(new Literal(3, ColumnType.INT));
    assertThat(both.limit()).contains(new Literal(4, ColumnType.INT));
    assertThat(refusal("select 1 limit -1")).hasMessageContaining("LIMIT takes a number of rows");
    assertThat(refusal("select 1 limit 'x'")).hasMessageContaining("LIMIT takes");
  }

  @Test
  void outFilesHaveOptions() throws Exception {
    Select select =
        (Select)
            SqlParser.parse(
                "SELECT * FROM t INTO OUTFILE '/tmp/x.csv' OPTIONS(format='csv', header = true,"
                    + " delimiter=',') CONFIG(execute_mode='online')");
    assertThat(select.outFile()).get().extracting("path").isEqualTo("/tmp/x.csv");
    assertThat(select.outFile().orElseThrow().options())
        .isEqualTo(Map.of("format", "csv", "header", "true", "delimiter", ","));
  }

  @Test
  void insertsHaveManyRows() throws Exception {
    Statement.Insert insert =
        (Statement.Insert)
            SqlParser.parse("INSERT OR IGNORE INTO db.t (a, `b`) VALUES (1, NULL), (?, DEFAULT)");
    assertThat(insert.ignoreExisting()).isTrue();
    assertThat(insert.table()).hasToString("db.t");
    assertThat(insert.columns()).containsExactly("a", "b");
    assertThat(insert.rows()).hasToString("[[1, NULL], [?, DEFAULT]]");
    assertThat(insert.parameterCount()).isEqualTo(1);
    assertThat(((Statement.Insert) SqlParser.parse("insert into t values(-1, 'x')")).columns())
        .isEmpty();
  }

  @Test
  void tablesHaveColumnsIndexesAndOptions() throws Exception {
    Statement.CreateTable table =
        (Statement.CreateTable)
            SqlParser.parse(
                "CREATE TABLE IF NOT EXISTS db.t (id bigint NOT NULL, name string DEFAULT 'x',"
                    + " index int default -1 not null, ts timestamp NULL,"
                    + " INDEX(KEY=id, TS=ts, TTL=10d),"
                    + " INDEX (key=(name, id), ttl=5, ttl_type=latest),"
                    + " index(key=id, ts=`ts`, ttl=(2h, 3), ttl_type=absorlat))"
                    + " OPTIONS (PARTITIONNUM=4, REPLICANUM=3, STORAGE_MODE='HDD');");
    assertThat(table.ifNotExists()).isTrue();
    assertThat(table.columns())
        .containsExactly(
            new Statement.ColumnDefinition("id", ColumnType.BIGINT, true, Optional.empty()),
            new Statement.ColumnDefinition("name", ColumnType.STRING, false, Optional.of("x")),
            new Statement.ColumnDefinition("index", ColumnType.INT, true, Optional.of("-1")),
            new Statement.ColumnDefinition("ts", ColumnType.TIMESTAMP, false, Optional.empty()));
    assertThat(table.indexes())
        .containsExactly(
            index(List.of("id"), "ts", TtlKind.ABSOLUTE, 14400, -1),
            index(List.of("name", "id"), null, TtlKind.LATEST, -1, 5),
            index(List.of("id"), "ts", TtlKind.ABSORLAT, 120, 3));
    assertThat(table.options())
        .isEqualTo(Map.of("partitionnum", "4", "replicanum", "3", "storage_mode", "HDD"));
  }

  private static Statement.IndexDefinition index(
      List<String> key, String ts, TtlKind kind, long minutes, long latest) {
    return new Statement.IndexDefinition(
        Optional.empty(),
        key,
        Optional.ofNullable(ts),
        kind,
        minutes < 0 ? OptionalLong.empty() : OptionalLong.of(minutes),
        latest < 0 ? OptionalLong.empty() : OptionalLong.of(latest));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "create database if not exists d | CreateDatabase[ifNotExists=true, name=d]",
        "DROP DATABASE d; | DropDatabase[ifExists=false, name=d]",
        "use d | UseDatabase[name=d]",
        "drop table if exists d.t | DropTable[ifExists=true, table=d.t]",
        "truncate table t | TruncateTable[table=t]",
        "drop index d.t.i | DropIndex[table=d.t, index=i]",
        "drop index t.i | DropIndex[table=t, index=i]",
        "drop index i on t | DropIndex[table=t, index=i]",
        "desc t | Describe[table=t]",
        "set @@execute_mode='online' | SetVariable[global=false, name=execute_mode,"
            + " value='online']",
        "set @@global.x = 5 | SetVariable[global=true, name=x, value=5]",
        "SET GLOBAL sync_job = true | SetVariable[global=true, name=sync_job, value=true]",
        "set session x=offline | SetVariable[global=false, name=x, value='offline']",
        "delete from t where a = 1 | Delete[table=t, where=a = 1, parameterCount=0]",
      })
  void otherStatements(String text, String statement) throws Exception {
    assertThat(SqlParser.parse(text)).hasToString(statement);
  }

  @Test
  void showHasItsKinds() throws Exception {
    assertThat(show("show databases").kind()).isEqualTo(Statement.ShowKind.DATABASES);
    assertThat(show("show tables from d").source()).contains("d");
    assertThat(show("SHOW TABLE STATUS LIKE '%'").like()).contains("%");
    assertThat(show("show components").kind()).isEqualTo(Statement.ShowKind.COMPONENTS);
    assertThat(show("show jobs from NAMESERVER").source()).contains("nameserver");
    assertThat(show("show jobs like '1%'").like()).contains("1%");
    assertThat(show("SHOW JOB 17;").source()).contains("17");
    assertThat(show("SHOW JOB 17").kind()).isEqualTo(Statement.ShowKind.JOB);
    assertThat(catchThrowable(() -> show("SHOW JOB x")))
        .hasMessageContaining("SHOW JOB is not supported");
    assertThat(show("show create table d.t").table()).get().hasToString("d.t");
    assertThat(show("show global variables").kind()).isEqualTo(Statement.ShowKind.GLOBAL_VARIABLES);
    Statement.LoadData load =
        (Statement.LoadData)
            SqlParser.parse(
                "LOAD DATA LOCAL INFILE 'x.csv' INTO TABLE d.t OPTIONS (delimiter='\\t')");
    assertThat(load.options()).isEqualTo(Map.of("delimiter", "\t"));
    Statement.CreateIndex index =
        (Statement.CreateIndex)
            SqlParser.parse(
                "create index i on t (a, b) options (ts=c, ttl=100, ttl_type='latest')");
    assertThat(index.index().name()).contains("i");
    assertThat(index.index().ttlLatest()).hasValue(100);
    assertThat(SqlParser.parse("explain select 1")).isInstanceOf(Statement.Explain.class);
  }

  private static Statement.Show show(String text) throws SqlException {
    return (Statement.Show) SqlParser.parse(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "select * from a join b on a.x = b.x | a join is not supported",
        "select * from a left join b | a join is not supported",
        "select * from a, b | a join (more than one table in FROM) is not supported",
        "select * from a last join b order by b.ts on a.x = b.x | LAST JOIN is not supported",
        "select * from (select 1) | a subquery is not supported",
        "select * from t where a in (select 1) | a subquery is not supported",
        "select (select 1) | a subquery is not supported",
        "select * from t where exists (select 1) | a subquery is not supported",
        "select sum(a) over w from t window w as (x) | a window (OVER) is not supported",
        "select a from t window w as (x) | a WINDOW is not supported",
        "select 1 union all select 2 | UNION is not supported",
        "select 1 except select 2 | EXCEPT is not supported",
        "with x as (select 1) select * from x | WITH is not supported",
        "select a from t order by a nulls last | NULLS FIRST or LAST is not supported",
        "insert into t select * from u | INSERT with a SELECT is not supported",
        "update t set a = 1 | UPDATE is not supported",
        "alter table t add b int | ALTER is not supported",
        "deploy d select 1 | DEPLOY is not supported",
        "create procedure p | CREATE PROCEDURE is not supported",
        "create table t like hive 'x' | CREATE TABLE LIKE is not supported",
        "create table t (a int primary key) | a PRIMARY KEY is not supported",
        "create table t (a int, primary key(a)) | a PRIMARY KEY is not supported",
        "show deployments | SHOW DEPLOYMENTS is not supported",
        "begin | a transaction is not supported",
      })
  void whatIsNotSupportedIsNamed(String text, String message) {
    assertThat(refusal(text)).hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | expected a statement, found the end of the statement | 1 | 1",
        "selec 1 | expected a statement, found selec | 1 | 1",
        "select | expected a value, found the end of the statement | 1 | 7",
        "select 1 2 | expected the end of the statement, found 2 | 1 | 10",
        "select 'a | a string is not closed | 1 | 8",
        "select `a | an identifier is not closed | 1 | 8",
        "select `` | an identifier is empty | 1 | 8",
        "select 1 /* | a comment is not closed | 1 | 10",
        "select ^ | '^' is not supported here | 1 | 8",
        "select count(a | expected ) behind the arguments of count | 1 | 15",
        "delete from t | DELETE needs a WHERE | 1 | 14",
        "create table t (a int, index(ts=a)) | INDEX needs KEY | 1 | 35",
        "create table t (a int, index(key=a, ttl=5s)) | a TTL is a number of versions | 1 | 41",
        "create table t (a list) | the column a has the type 'list' | 1 | 23",
      })
  void faultsHaveTheirPlace(String text, String message, int line, int column) {
    SqlException refusal = refusal(text);
    assertThat(refusal).hasMessageContaining(message);
    assertThat(List.of(refusal.line(), refusal.column())).isEqualTo(List.of(line, column));
    assertThat(refusal.code()).isEqualTo(1000);
  }

  @Test
  void nestingIsBounded() throws Exception {
    assertThat(expression("(".repeat(100) + "1" + ")".repeat(100))).hasToString("1");
    for (String open : List.of("(", "not ", "abs(", "- ", "+ ", "cast(", "1 in (", "case ")) {
      assertThat(refusal("select " + open.repeat(101) + "a"))
          .hasMessageStartingWith("the statement is nested more than 100 levels deep");
      assertThat(refusal("select " + open.repeat(100_000) + "a"))
          .hasMessageStartingWith("the statement is nested more than 100 levels deep");
    }
  }

  @Test
  void chainsOfOperatorsAreBoundedButThoseOfAndAreNot() throws Exception {
    assertThat(expression("1" + "+1".repeat(SqlParser.MAX_HEIGHT - 1))).isNotNull();
    for (String chain : List.of("+1", "*1", "=1", " is null", " between 1 and 2", " in (1)")) {
      assertThat(refusal("select 1" + chain.repeat(SqlParser.MAX_HEIGHT)))
          .hasMessageStartingWith("an expression chains or nests more than");
    }
    // Chains within parentheses count together.
    String deep = "1";
    for (int i = 0; i < 50; i++) {
      deep = "(" + deep + "+1+1+1+1+1+1)";
    }
    assertThat(refusal("select " + deep)).hasMessageStartingWith("an expression chains or nests");
    assertThat(((Expression.Logical) expression("a" + " and a".repeat(100_000))).operands())
        .hasSize(100_001);
  }

  @Test
  void lengthAndParametersAreBounded() throws Exception {
    assertThat(refusal("select '" + "x".repeat(SqlParser.MAX_LENGTH) + "'"))
        .hasMessageContaining("characters, more than 1048576");
    String list = "?,".repeat(9_999) + "?";
    assertThat(SqlParser.parse("select " + list).parameterCount()).isEqualTo(10_000);
    assertThat(refusal("select ?," + list)).hasMessageContaining("more than 10000 parameters");
  }

  @Test
  void bytesMustBeUtf8() throws Exception {
    byte[] text = "select 'é'".getBytes(StandardCharsets.UTF_8);
    assertThat(SqlParser.parse(text)).isEqualTo(SqlParser.parse("select 'é'"));
    byte[] cut = java.util.Arrays.copyOf(text, text.length - 2);
    SqlException refusal = catchThrowableOfType(SqlException.class, () -> SqlParser.parse(cut));
    assertThat(refusal).hasMessageContaining("not valid UTF-8");
  }

  private static Expression expression(String text) throws SqlException {
    Select select = (Select) SqlParser.parse("SELECT " + text + "\n");
    return select.items().get(0).expression().orElseThrow();
  }

  private static Object string(String text) throws SqlException {
    return ((Literal) expression(text)).value();
  }

  private static SqlException refusal(String text) {
    SqlException refusal = catchThrowableOfType(SqlException.class, () -> SqlParser.parse(text));
    assertThat(refusal).as(text).isNotNull();
    return refusal;
  }
}
