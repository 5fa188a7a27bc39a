package io.holdfast.shell.sql;

import io.holdfast.client.AdminClient;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.discovery.ClusterSession;
import io.holdfast.client.discovery.ClusterSession.NameServer;
import io.holdfast.client.discovery.DiscoveryException;
import io.holdfast.client.discovery.Endpoints;
import io.holdfast.client.discovery.ZooKeeperSession;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.LineSource;
import io.holdfast.shell.PlainLines;
import io.holdfast.shell.ShellEnvironment;
import io.holdfast.shell.flags.ShellFlags;
import io.holdfast.shell.interactive.Consoles;
import io.holdfast.shell.sql.StatementSplitter.Piece;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The SQL shell: statements of a command line, a file, a pipe or a person. */
public final class SqlShell {
  private static final String CONTINUED = "    -> ";

  private final ShellFlags flags;
  private final ShellEnvironment environment;
  private final String version;
  private final Opener opener;
  private final boolean isPerson;

  /** Connects to the cluster. */
  @FunctionalInterface
  interface Opener {
    SqlSession open(ShellFlags flags) throws SQLException;
  }

  /**
   * @param version what it is greeted with
   */
  public SqlShell(ShellFlags flags, ShellEnvironment environment, String version) {
    this(flags, environment, version, JdbcSession::open);
  }

  SqlShell(ShellFlags flags, ShellEnvironment environment, String version, Opener opener) {
    this.version = version;
    this.flags = flags;
    this.environment = environment;
    this.opener = opener;
    this.isPerson =
        flags.interactive()
            && flags.command().isEmpty()
            && flags.file().isEmpty()
            && environment.terminal();
  }

  /** What {@code --help} says of statements. */
  public static List<String> overview() {
    return List.of(
        "statements of SQL, each with ; behind it, or \\G for a line per value:",
        "  SELECT, EXPLAIN, INSERT, DELETE, LOAD DATA, CREATE, DROP, TRUNCATE, USE, DESC,",
        "  SHOW DATABASES | TABLES | TABLE STATUS | CREATE TABLE | COMPONENTS | JOBS | VARIABLES,",
        "  SET @@variable = value",
        "quit, exit");
  }

  /** Runs all statements that there are; the first that fails is the last, unless typed. */
  public ExitCode run() {
    if (flags.zkCluster().isEmpty() && flags.endpoint().isEmpty()) {
      return failed(
          ExitCode.USAGE, "give --zk_cluster=HOST:PORT, or --endpoint=HOST:PORT of a nameserver");
    }
    if (flags.zkCluster().isEmpty()) {
      try {
        Endpoints.checked(flags.endpoint());
      } catch (IllegalArgumentException e) {
        return failed(ExitCode.USAGE, e.getMessage());
      }
    }
    try (SqlSession session = opener.open(flags);
        ClusterAdmin admin = new ClusterAdmin()) {
      SqlRunner runner = new SqlRunner(session, admin, flags.format(), this::progress);
      return run(session, runner);
    } catch (SQLException e) {
      return failed(SqlFailures.exitCode(e), e.getMessage());
    }
  }

  /** A person sees how far a load is; a program reads standard error, too. */
  private void progress(long rows) {
    if (environment.terminal()) {
      environment.err().print("\r" + rows + " rows ");
      environment.err().flush();
    }
  }

  private ExitCode run(SqlSession session, SqlRunner runner) {
    if (!flags.command().isEmpty()) {
      return runAll(plain(new BufferedReader(new StringReader(flags.command()))), session, runner);
    }
    if (!flags.file().isEmpty() && !flags.file().equals("-")) {
      try (BufferedReader in =
          Files.newBufferedReader(Path.of(flags.file()), StandardCharsets.UTF_8)) {
        return runAll(plain(in), session, runner);
      } catch (IOException | UncheckedIOException | InvalidPathException e) {
        return failed(ExitCode.USAGE, "cannot read " + flags.file() + ": " + e.getMessage());
      }
    }
    if (!isPerson) {
      return runAll(plain(environment.in()), session, runner);
    }
    print(List.of("Welcome to openmldb with version " + version), environment.out());
    try (LineSource lines = Consoles.open(environment.variables(), words -> List.of())) {
      return runAll(lines, session, runner);
    }
  }

  private LineSource plain(BufferedReader in) {
    return new PlainLines(in, environment.err());
  }

  private ExitCode runAll(LineSource lines, SqlSession session, SqlRunner runner) {
    StatementSplitter splitter = new StatementSplitter();
    while (true) {
      String prompt = splitter.isEmpty() ? session.database() + "> " : CONTINUED;
      String line = lines.read(prompt);
      if (line != null && splitter.isEmpty() && isLeave(line)) {
        return ExitCode.DONE;
      }
      if (line != null && line.isEmpty() && lines.typed()) {
        // Ctrl-C: what was begun is not wanted.
        splitter.clear();
      }
      List<Piece> pieces;
      try {
        pieces = line == null ? splitter.finish() : splitter.add(line);
      } catch (StatementSplitter.TooLongException e) {
        return failed(ExitCode.FAILED, e.getMessage());
      }
      for (Piece piece : pieces) {
        SqlRunner.Result result = runner.run(piece);
        print(result);
        if (result.code() != ExitCode.DONE && !lines.typed()) {
          return result.code();
        }
      }
      if (line == null) {
        return ExitCode.DONE;
      }
    }
  }

  private static boolean isLeave(String line) {
    String word = line.strip().replaceFirst("\\s*;$", "").toLowerCase(Locale.ROOT);
    return word.equals("quit") || word.equals("exit");
  }

  /** A failure among rows of CSV would be taken for one of them. */
  private void print(SqlRunner.Result result) {
    boolean isAside = result.code() != ExitCode.DONE && flags.format() == SqlFormat.CSV;
    print(result.lines(), isAside ? environment.err() : environment.out());
  }

  private static void print(List<String> lines, PrintWriter out) {
    lines.forEach(out::println);
    out.flush();
  }

  private ExitCode failed(ExitCode code, String message) {
    print(SqlRunner.failed(code, 0, message, flags.format()));
    return code;
  }

  /** A connection to the nameservers, made when the first statement needs one. */
  private final class ClusterAdmin implements ClusterAccess, AutoCloseable {
    private HoldfastClient client;

    @Override
    public List<NameServer> nameServers() throws SQLException {
      if (flags.zkCluster().isEmpty()) {
        return List.of();
      }
      Duration timeout = Duration.ofMillis(flags.zkSessionTimeoutMillis());
      ZooKeeperSession.Options options =
          new ZooKeeperSession.Options(
              flags.zkCluster(), timeout, timeout, flags.zkAuthScheme(), flags.zkAuthText());
      try (ClusterSession session = ClusterSession.open(options, flags.zkRootPath())) {
        return session.nameServers();
      } catch (DiscoveryException e) {
        throw new SQLTransientConnectionException(
            "the nameservers cannot be looked up in ZooKeeper: " + e.getMessage(), "08006", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLTransientConnectionException("interrupted", "08006", e);
      }
    }

    @Override
    public AdminClient admin() {
      if (client == null) {
        HoldfastClient.Builder builder =
            HoldfastClient.builder()
                .rpc(environment.rpc().get())
                .requestTimeout(Duration.ofMillis(flags.requestTimeoutMillis()))
                .watchTables(false);
        client =
            flags.zkCluster().isEmpty()
                ? builder.nameservers(flags.endpoint()).build()
                : builder.zookeeper(flags.zkCluster()).rootPath(flags.zkRootPath()).build();
      }
      return client.admin();
    }

    @Override
    public void close() {
      if (client != null) {
        client.close();
      }
    }
  }
}
