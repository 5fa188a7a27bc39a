package io.holdfast.shell.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement.LoadData;
import io.holdfast.sql.parse.SqlParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What LOAD DATA makes of a file, and what it says when it cannot. */
class CsvLoaderTest {
  private static final String INSERT = "INSERT INTO `t` (`id`, `n`, `at`) VALUES (?, ?, ?)";

  @TempDir Path folder;
  private final FakeSession session =
      new FakeSession()
          .answer(
              "DESC `t`",
              List.of("#", "Field", "Type", "Null", "Default"),
              new Object[] {1, "id", "string", "NO", null},
              new Object[] {2, "n", "int", "YES", null},
              new Object[] {3, "at", "timestamp", "YES", null});
  private final List<Long> progress = new ArrayList<>();

  private SqlAnswer load(String text, String options) throws Exception {
    Path file = folder.resolve("in.csv");
    Files.writeString(file, text);
    return run("LOAD DATA INFILE '" + file + "' INTO TABLE t" + options);
  }

  private SqlAnswer run(String statement) throws SqlException, SQLException {
    return new CsvLoader((LoadData) SqlParser.parse(statement), session, progress::add).run();
  }

  @Test
  void valuesAreCutOutOfLines() throws Exception {
    String text = "id,n,at\na,1,1700000000000\n\"b, \"\"c\"\"\nd\",null,2024-01-02\n";
    assertThat(load(text, "").rows()).containsExactly(List.of(2L));
    assertThat(session.asked()).containsExactly("DESC `t`", INSERT);
    assertThat(session.inserted())
        .containsExactly(
            List.of("a", "1", new Timestamp(1_700_000_000_000L)),
            Arrays.asList("b, \"c\"\nd", null, "2024-01-02"));
    assertThat(progress).containsExactly(2L);
  }

  /** NULL is what stands for it without quotes; nothing is a text, and NULL of other types. */
  @Test
  void nullIsToldFromTexts() throws Exception {
    load("null,null,null\r\n\"null\",,\n\"\",7,\n\n", " OPTIONS (header=false)");
    load("NA|'NA'|\n", " OPTIONS (header=false, null_value='NA', delimiter='|', quote='''')");
    load("\"a|1|\n", " OPTIONS (header=false, delimiter='|', quote='')");
    assertThat(session.inserted())
        .containsExactly(
            Arrays.asList(null, null, null),
            Arrays.asList("null", null, null),
            Arrays.asList("", "7", null),
            Arrays.asList(null, "NA", null),
            Arrays.asList("\"a", "1", null));
  }

  /** The first line says which column is where; what it leaves out has its default. */
  @Test
  void theHeaderNamesColumns() throws Exception {
    load("\uFEFFn,id\n7,a\n", " OPTIONS (put_if_absent=true, mode='append', deep_copy=true)");
    assertThat(session.asked())
        .containsExactly("DESC `t`", "INSERT OR IGNORE INTO `t` (`n`, `id`) VALUES (?, ?)");
    assertThatThrownBy(() -> load("id,m\na,1\n", ""))
        .hasMessageContaining("line 1: there is no column m")
        .hasMessageContaining("header=false");
    assertThatThrownBy(() -> load("id,id\na,1\n", "")).hasMessageContaining("twice");
  }

  /** A line that does not fit is named with the reason; those around it go in. */
  @Test
  void wrongLinesAreNamed() {
    String text = "id,n,at\na,1,\n\"two\nlines\",2,\nx,1\n\nbad,3,\nb,4,\n,5,6,7\n";
    assertThatThrownBy(() -> load(text, ""))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("3 rows of ")
        .hasMessageContaining("are in t; 3 lines were refused")
        .hasMessageContaining("\n  line 5: 2 values for 3 columns")
        .hasMessageContaining("\n  line 7: bad does not fit")
        .hasMessageContaining("\n  line 9: 4 values for 3 columns");
    assertThat(session.inserted()).hasSize(3);
  }

  @Test
  void manyWrongLinesEndTheLoad() {
    assertThatThrownBy(() -> load("id,n,at\n" + "a,1,\n" + "x\n".repeat(500) + "b,1,\n", ""))
        .hasMessageContaining("1 rows of ")
        .hasMessageContaining("the load ended: too many lines are refused")
        .hasMessageContaining("line 102: 1 values");
    assertThat(session.inserted()).hasSize(1);
  }

  /** The cluster fails half way: it is said how many rows are in, and how many may be. */
  @Test
  void aFailureHalfWaySaysHowManyAreIn() {
    String rows = "a,1,\n".repeat(2_500) + "down,1,\n" + "b,1,\n".repeat(2_000);
    assertThatThrownBy(() -> load("id,n,at\n" + rows, ""))
        .hasMessageContaining("2500 rows of ")
        .hasMessageContaining("between lines 2002 and 3001, 1 more may be: nobody there")
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08006"));
    assertThat(progress).containsExactly(1_000L, 2_000L);
  }

  /** What was refused of the rows among which the cluster fails is told with the others. */
  @Test
  void aFailureHalfWayNamesWhatWasRefused() {
    assertThatThrownBy(() -> load("id,n,at\nx\na,1,\nbad,2,\ndown,3,\n", ""))
        .hasMessageContaining("1 rows of ")
        .hasMessageContaining("between lines 3 and 5, 1 more may be: nobody there; 2 lines were")
        .hasMessageContaining("\n  line 2: 1 values for 3 columns")
        .hasMessageContaining("\n  line 4: bad does not fit");
  }

  /** A session that cannot even begin to insert ends the load as well. */
  @Test
  void aSessionThatFailsSaysHowManyAreIn() {
    session.fail(INSERT, new SQLException("the connection is closed", "08003", 7));
    assertThatThrownBy(() -> load("id,n,at\nx\na,1,\nb,2,\n", ""))
        .hasMessageContaining("0 rows of ")
        .hasMessageContaining("between lines 3 and 4: the connection is closed; 1 lines were")
        .hasMessageContaining("\n  line 2: 1 values")
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08003"))
        .satisfies(e -> assertThat(((SQLException) e).getErrorCode()).isEqualTo(7));
  }

  /** What no frame would hold is not sent at all. */
  @Test
  void aLineThatIsFarTooLargeIsRefused() {
    String large = "x".repeat((8 << 20) + 1);
    assertThatThrownBy(() -> load("id,n,at\na,1,\n" + large + ",2,\nb,3,\n", ""))
        .hasMessageContaining("2 rows of ")
        .hasMessageContaining("1 lines were refused\n  line 3: a row of 8388610 characters");
    assertThat(session.inserted()).extracting(row -> row.get(0)).containsExactly("a", "b");
  }

  /** The byte order mark that some programs begin a file with is no part of it. */
  @Test
  void aByteOrderMarkIsSkipped() throws Exception {
    load("\uFEFFa,1,\n", " OPTIONS (header=false)");
    load("\uFEFF\"id\",\"n\",\"at\"\n\"b\",2,\n", "");
    assertThat(session.inserted())
        .containsExactly(Arrays.asList("a", "1", null), Arrays.asList("b", "2", null));
    assertThat(load("", "").rows()).as("an empty file").containsExactly(List.of(0L));
  }

  /** Also where nothing stands for NULL; the word that stands for NULL is no empty line. */
  @Test
  void emptyLinesAreNoRows() throws Exception {
    load("\na,1,\n\n\r\nb,,\n\n", " OPTIONS (header=false, null_value='')");
    assertThat(session.inserted())
        .containsExactly(Arrays.asList("a", "1", null), Arrays.asList("b", null, null));
    assertThatThrownBy(() -> load("null\n", " OPTIONS (header=false)"))
        .hasMessageContaining("line 1: 1 values for 3 columns");
  }

  @Test
  void namesMayHaveBackquotes() throws Exception {
    session.answer(
        "DESC `d``b`.`t``t`",
        List.of("#", "Field", "Type"),
        (Object) new Object[] {1, "a`b", "int"});
    Path file = Files.writeString(folder.resolve("in.csv"), "a`b\n7\n");
    run("LOAD DATA INFILE '" + file + "' INTO TABLE `d``b`.`t``t`");
    assertThat(session.asked()).last().isEqualTo("INSERT INTO `d``b`.`t``t` (`a``b`) VALUES (?)");
  }

  @Test
  void whatIsNoCsvIsSaid() throws Exception {
    assertThatThrownBy(() -> load("id,n,at\na,1,\n\"b,2,\n", ""))
        .hasMessageContaining("the file cannot be read further")
        .hasMessageContaining("0 rows of");
    Path file = folder.resolve("latin.csv");
    Files.write(file, "id,n,at\n\u00e4,1,\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> run("LOAD DATA INFILE '" + file + "' INTO TABLE t"))
        .hasMessageContaining("not in UTF-8");
    assertThatThrownBy(() -> run("LOAD DATA INFILE '/no/such/file' INTO TABLE t"))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> run("LOAD DATA INFILE '" + folder + "' INTO TABLE t"))
        .hasMessageContaining("it is a directory");
    assertThatThrownBy(() -> run("LOAD DATA INFILE 'hdfs://a/b' INTO TABLE t"))
        .isInstanceOf(SQLFeatureNotSupportedException.class);
  }

  @Test
  void optionsAreChecked() {
    for (String[] wrong :
        new String[][] {
          {"headers=true", "did you mean header?"},
          {"header=maybe", "true or false"},
          {"mode='overwrite'", "mode='append'"},
          {"format='parquet'", "format='csv'"},
          {"load_mode='cluster'", "load_mode='local'"},
          {"thread=0", "1 to 50"},
          {"quote='ab'", "one character"},
          {"delimiter='\"'", "do not go together"},
          {"delimiter=''", "do not go together"}
        }) {
      assertThatThrownBy(() -> run("LOAD DATA INFILE 'x' INTO TABLE t OPTIONS (" + wrong[0] + ")"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining(wrong[1]);
    }
  }

  @Test
  void aQuoteThatIsNotClosedDoesNotFillTheMemory() throws IOException {
    try (RecordBound in = new RecordBound(Files.newBufferedReader(endless()), 1_000)) {
      assertThat(in.read(new char[900], 0, 900)).isPositive();
      in.next();
      assertThat(in.read(new char[900], 0, 900)).isPositive();
      assertThatThrownBy(() -> in.read(new char[900], 0, 900))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is a quote not closed?");
    }
  }

  private Path endless() throws IOException {
    return Files.writeString(folder.resolve("endless.csv"), "\"" + "x".repeat(10_000));
  }
}
