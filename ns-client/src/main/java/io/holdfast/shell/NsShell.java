package io.holdfast.shell;

import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.discovery.ClusterSession;
import io.holdfast.client.discovery.DiscoveryException;
import io.holdfast.client.discovery.FixedNameServers;
import io.holdfast.client.discovery.NameServerLocator;
import io.holdfast.client.discovery.ZooKeeperSession;
import io.holdfast.client.retry.RetrySettings;
import io.holdfast.common.time.SystemClock;
import io.holdfast.shell.flags.Layout;
import io.holdfast.shell.flags.ShellFlags;
import io.holdfast.shell.interactive.Consoles;
import java.time.Duration;

/** The nameserver shell: finds the active nameserver, then runs what it is told. */
final class NsShell {
  /** With an address given there is nobody else to ask, so the first answer counts. */
  private static final int ATTEMPTS_AT_ENDPOINT = 1;

  /** About four seconds with the pauses: as long as a standby needs to take over. */
  private static final int ATTEMPTS_WITH_ZOOKEEPER = 10;

  private final ShellFlags flags;
  private final ShellEnvironment environment;
  private final Printer printer;
  private final CommandSet<NsContext> commands = NsCommands.all();

  NsShell(ShellFlags flags, ShellEnvironment environment, Printer printer) {
    this.flags = flags;
    this.environment = environment;
    this.printer = printer;
  }

  ExitCode run() throws InterruptedException {
    if (flags.command().isEmpty()) {
      printer.remark("Welcome to openmldb with version " + Version.text());
    }
    if (!flags.zkCluster().isEmpty()) {
      return runWithZooKeeper();
    }
    if (flags.endpoint().isEmpty()) {
      return end(
          ExitCode.USAGE,
          "Start failed! not set endpoint or zk_cluster",
          "give --zk_cluster=HOST:PORT, or --endpoint=HOST:PORT of the active nameserver");
    }
    NameServerLocator locator;
    try {
      locator = new FixedNameServers(flags.endpoint());
    } catch (IllegalArgumentException e) {
      return end(ExitCode.USAGE, "client init failed", e.getMessage());
    }
    return runWith(locator, null, flags.endpoint(), ATTEMPTS_AT_ENDPOINT);
  }

  private ExitCode runWithZooKeeper() throws InterruptedException {
    Duration timeout = Duration.ofMillis(flags.zkSessionTimeoutMillis());
    ZooKeeperSession.Options options =
        new ZooKeeperSession.Options(
            flags.zkCluster(), timeout, timeout, flags.zkAuthScheme(), flags.zkAuthText());
    try (ClusterSession session = ClusterSession.open(options, flags.zkRootPath())) {
      printer.remark("ns leader: " + session.leader());
      return runWith(session, session, session.leader(), ATTEMPTS_WITH_ZOOKEEPER);
    } catch (DiscoveryException e) {
      return end(ExitCode.UNREACHABLE, startFailure(e), e.getMessage());
    }
  }

  private static String startFailure(DiscoveryException failure) {
    return switch (failure.stage()) {
      case CONNECT -> "zk client init failed";
      case LIST -> "get children failed";
      case READ -> "get leader failed";
      case NAMES -> "get real_endpoint failed";
    };
  }

  private ExitCode runWith(
      NameServerLocator locator, ClusterSession session, String endpoint, int attempts)
      throws InterruptedException {
    RetrySettings retry = RetrySettings.DEFAULT;
    RetrySettings nameServerRetry =
        new RetrySettings(
            retry.initialBackoffMillis(),
            retry.maxBackoffMillis(),
            flags.requestTimeoutMillis(),
            attempts,
            0);
    try (HoldfastClient client =
        HoldfastClient.builder()
            .locator(locator)
            .rpc(environment.rpc().get())
            .codec(environment.codec())
            .requestTimeout(Duration.ofMillis(flags.requestTimeoutMillis()))
            .nameServerRetry(nameServerRetry)
            .watchTables(false)
            .reads(flags.reads())
            .build()) {
      return runWith(client, session, endpoint);
    }
  }

  private ExitCode runWith(HoldfastClient client, ClusterSession session, String endpoint)
      throws InterruptedException {
    LineSource[] lines = new LineSource[1];
    NsContext context =
        new NsContext(
            flags,
            client,
            environment.codec(),
            session,
            question -> lines[0].ask(question),
            printer::remark);
    boolean shell = flags.command().isEmpty() && flags.interactive();
    try (LineSource source = lines(shell, context)) {
      lines[0] = source;
      Reply refused = useDatabase(context);
      if (refused != null) {
        printer.print(refused);
        return refused.code();
      }
      CommandLoop loop =
          new CommandLoop(
              source,
              printer,
              () -> endpoint + " " + context.database() + "> ",
              line -> commands.run(context, line));
      return shell ? loop.runAll() : loop.runOne(flags.command());
    }
  }

  private LineSource lines(boolean shell, NsContext context) {
    return shell && environment.terminal()
        ? Consoles.open(
            environment.variables(),
            new NsCompletions(context, commands.names(), SystemClock.INSTANCE))
        : new PlainLines(environment.in(), environment.err());
  }

  /** Uses the database of the command line; an answer is why nothing may be run. */
  private Reply useDatabase(NsContext context) {
    if (flags.database().isEmpty()) {
      return null;
    }
    // Kept also when it does not exist: a command then finds no table, rather than one of the same
    // name in the nameless database.
    context.use(flags.database());
    try {
      context.admin().useDatabase(flags.database());
      return null;
    } catch (HoldfastException e) {
      Reply failed = Failures.reply("Use database failed. error msg: ", e);
      boolean reached = failed.code() != ExitCode.UNREACHABLE;
      // The operations script of 0.9 asks for databases that need not exist, and reads on.
      return flags.layout() == Layout.V0_9 && reached ? null : failed;
    }
  }

  private ExitCode end(ExitCode code, String line, String hint) {
    printer.print(Reply.failed(code, line, hint));
    return code;
  }
}
