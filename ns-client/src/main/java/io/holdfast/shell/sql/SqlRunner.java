package io.holdfast.shell.sql;

import io.holdfast.client.HoldfastException;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.Failures;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.JsonText;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.parse.SqlParser;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Executes one statement and makes a reply of what comes of it. Not thread-safe. */
final class SqlRunner {
  private final SqlSession session;
  private final ClusterAccess cluster;
  private final SqlFormat format;
  private final LongConsumer progress;

  /**
   * @param cluster asked only when a statement is about the cluster
   * @param progress told how many rows a load has brought in
   */
  SqlRunner(SqlSession session, ClusterAccess cluster, SqlFormat format, LongConsumer progress) {
    this.session = session;
    this.cluster = cluster;
    this.format = format;
    this.progress = progress;
  }

  /**
   * Executes a statement.
   *
   * @return what to print, on standard output unless it failed and rows go there as CSV
   */
  Result run(StatementSplitter.Piece piece) {
    try {
      SqlAnswer answer = answer(piece.text());
      return new Result(ExitCode.DONE, SqlPrinter.lines(answer, format, piece.vertical()));
    } catch (SqlException e) {
      return failed(ExitCode.FAILED, e.code(), e.getMessage());
    } catch (SQLException e) {
      return failed(SqlFailures.exitCode(e), e.getErrorCode(), e.getMessage());
    } catch (HoldfastException e) {
      return failed(Failures.exitCode(e), Failures.serverCode(e), Failures.reason(e));
    }
  }

  /** What a statement came to. */
  record Result(ExitCode code, List<String> lines) {}

  private Result failed(ExitCode code, int serverCode, String message) {
    return failed(code, serverCode, message, format);
  }

  static Result failed(ExitCode code, int serverCode, String message, SqlFormat format) {
    Reply reply = Reply.failed(code, serverCode, List.of(message), "");
    return new Result(
        code, List.of(format == SqlFormat.JSON ? JsonText.of(reply.json()) : "Error: " + message));
  }

  private SqlAnswer answer(String text) throws SqlException, SQLException {
    Statement statement = SqlParser.parse(text);
    if (statement instanceof Statement.Show show) {
      Optional<SqlAnswer> shown =
          new ClusterShows(cluster, System.currentTimeMillis()).run(show, session.database());
      if (shown.isPresent()) {
        return shown.get();
      }
    }
    if (statement instanceof Statement.LoadData load) {
      return new CsvLoader(load, session, progress).run();
    }
    if (statement instanceof Statement.Select select && select.outFile().isPresent()) {
      OutFileWriter.check(select.outFile().get());
      OutFileWriter.write(select.outFile().get(), session.run(SqlText.withoutOutFile(text)));
      return SqlAnswer.DONE;
    }
    return session.run(text);
  }
}
