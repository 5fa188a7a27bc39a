package io.holdfast.shell.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.row.WireRowCodec;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.ShellEnvironment;
import io.holdfast.shell.flags.FlagParser;
import io.holdfast.shell.flags.ShellFlags;
import io.holdfast.shell.flags.UsageException;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the SQL shell sends, prints and ends with. */
class SqlShellTest {
  private static final String ALL = "SELECT * FROM t";

  private final FakeSession session =
      new FakeSession()
          .answer(
              ALL,
              List.of("id", "fare"),
              new Object[] {"a", 1.5},
              new Object[] {"say \"hi\", you", null})
          .answer(
              ALL + " ",
              List.of("id", "fare"),
              new Object[] {"a", 1.5},
              new Object[] {"say \"hi\", you", null});
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String input = "";

  private ExitCode run(String... arguments) throws UsageException {
    List<String> all = new ArrayList<>(List.of("--role=sql_client", "--endpoint=127.0.0.1:6527"));
    all.addAll(List.of(arguments));
    ShellFlags flags = new FlagParser(Map.of()).parse(all);
    ShellEnvironment environment =
        new ShellEnvironment(
            new BufferedReader(new StringReader(input)),
            new PrintWriter(out),
            new PrintWriter(err),
            Map.of(),
            false,
            () -> {
              throw new IllegalStateException("no statement of the test needs the cluster");
            },
            new WireRowCodec());
    return new SqlShell(flags, environment, "1", ignored -> session).run();
  }

  @Test
  void resultsAreTables() throws Exception {
    assertThat(run("--cmd=" + ALL)).isEqualTo(ExitCode.DONE);
    assertThat(out.toString().lines())
        .containsExactly(
            " --------------- ---------- ",
            "  id              fare     ",
            " --------------- ---------- ",
            "  a               1.500000 ",
            "  say \"hi\", you   NULL     ",
            " --------------- ---------- ",
            "",
            "2 rows in set");
    assertThat(session.closed()).isTrue();
  }

  @Test
  void resultsAreJsonCsvOrVertical() throws Exception {
    run("--cmd=" + ALL + ";", "--format=json");
    run("--cmd=" + ALL + ";", "--format=csv");
    run("--cmd=" + ALL + "\\G");
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"columns\":[\"id\",\"fare\"],\"rows\":[[\"a\",1.5],[\"say \\\"hi\\\", you\",null]]}",
            "id,fare",
            "a,1.5",
            "\"say \"\"hi\"\", you\",",
            "*** row 1 ***",
            "  id: a",
            "fare: 1.500000",
            "*** row 2 ***",
            "  id: say \"hi\", you",
            "fare: NULL",
            "",
            "2 rows in set");
  }

  @Test
  void aCommandMayBeSeveralStatements() throws Exception {
    assertThat(run("--cmd=USE demo; INSERT INTO t VALUES ('a;b', \"c;\"); -- d;\n DROP TABLE t"))
        .isEqualTo(ExitCode.DONE);
    assertThat(session.asked())
        .containsExactly(
            "USE demo", "INSERT INTO t VALUES ('a;b', \"c;\")", "-- d;\n DROP TABLE t");
    assertThat(out.toString().lines()).containsExactly("SUCCEED", "SUCCEED", "SUCCEED");
  }

  @Test
  void aStatementMayHaveManyLines() throws Exception {
    input = "SELECT *\n\n/* of\n a; */ FROM t;\nUSE demo\n;\nquit\nUSE other;\n";
    assertThat(run()).isEqualTo(ExitCode.DONE);
    assertThat(session.asked()).containsExactly("SELECT *\n\n/* of\n a; */ FROM t", "USE demo");
  }

  @Test
  void theFirstFailureEndsAScript(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("script.sql");
    Files.writeString(file, "USE a;\nSELECT * FROM gone;\nUSE b;\n");
    session.fail("SELECT * FROM gone", new SQLException("there is no table gone", "42S02", 100));
    assertThat(run("--file=" + file)).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(session.asked()).containsExactly("USE a", "SELECT * FROM gone");
    assertThat(out.toString().lines()).containsExactly("SUCCEED", "Error: there is no table gone");
    assertThat(run("--file=" + folder.resolve("none"))).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void exitCodesTellWhatHappened() throws Exception {
    session
        .fail("USE a", new SQLTimeoutException("no answer"))
        .fail("USE b", new SQLException("nobody there", "08006"))
        .fail("USE c", new SQLException("maybe", "08007"))
        .fail("USE d", new SQLException("no", "42000"));
    assertThat(run("--cmd=USE a")).isEqualTo(ExitCode.TIMED_OUT);
    assertThat(run("--cmd=USE b")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(run("--cmd=USE c")).isEqualTo(ExitCode.TIMED_OUT);
    assertThat(run("--cmd=USE d")).isEqualTo(ExitCode.FAILED);
    assertThat(run("--cmd=SELECT FROM", "--format=csv")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).startsWith("Error: expected a value");
    out.getBuffer().setLength(0);
    assertThat(run("--cmd=SELECT FROM", "--format=json")).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).startsWith("{\"error\":{").contains("\"code\":1000");
  }

  @Test
  void aFileIsWrittenHere(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("out.csv");
    String statement = ALL + " INTO  OUTFILE '" + file + "' OPTIONS (delimiter = '|')";
    assertThat(run("--cmd=" + statement)).isEqualTo(ExitCode.DONE);
    assertThat(session.asked()).containsExactly(ALL + " ");
    assertThat(Files.readAllLines(file))
        .containsExactly("id|fare", "a|1.5", "\"say \"\"hi\"\", you\"|null");
    assertThat(run("--cmd=" + statement)).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).contains("exists; OPTIONS (mode='overwrite')");
    assertThat(run("--cmd=" + statement.replace("delimiter", "nope"))).isEqualTo(ExitCode.FAILED);
    assertThat(session.asked()).hasSize(2);
  }

  @Test
  void anAddressIsNeeded() throws Exception {
    assertThat(run("--endpoint=")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--endpoint=nonsense")).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).startsWith("Error: give --zk_cluster=HOST:PORT");
  }
}
