package io.holdfast.shell;

import io.holdfast.client.call.RetryingCaller;
import io.holdfast.client.call.ThreadTimer;
import io.holdfast.client.discovery.Endpoints;
import io.holdfast.client.retry.RetryPolicy;
import io.holdfast.client.retry.RetrySettings;
import io.holdfast.common.time.SystemClock;
import io.holdfast.shell.flags.ShellFlags;
import io.holdfast.shell.interactive.Consoles;
import io.holdfast.shell.output.ColumnPrinter;
import io.holdfast.shell.tablet.TabletCommands;
import io.holdfast.shell.tablet.TabletContext;
import java.time.Duration;
import java.util.List;

/** The tablet shell: asks one tablet, never ZooKeeper. */
final class TabletShell {
  private final ShellFlags flags;
  private final ShellEnvironment environment;
  private final Printer printer;
  private final CommandSet<TabletContext> commands = TabletCommands.all();

  TabletShell(ShellFlags flags, ShellEnvironment environment, Printer printer) {
    this.flags = flags;
    this.environment = environment;
    this.printer = printer;
  }

  ExitCode run() throws InterruptedException {
    String endpoint = flags.endpoint();
    if (endpoint.isEmpty()) {
      return end("Start failed! not set endpoint", "give --endpoint=HOST:PORT of a tablet");
    }
    try {
      Endpoints.checked(endpoint);
    } catch (IllegalArgumentException e) {
      return end("client init failed", e.getMessage());
    }
    boolean shell = flags.command().isEmpty() && flags.interactive();
    if (shell) {
      printer.remark("Welcome to openmldb with version " + Version.text());
    }
    try (ThreadTimer timer = new ThreadTimer();
        LineSource lines = lines(shell)) {
      TabletContext context = context(timer);
      CommandLoop loop =
          new CommandLoop(
              lines, printer, () -> endpoint + "> ", line -> commands.run(context, line));
      return shell ? loop.runAll() : loop.runOne(flags.command());
    }
  }

  private TabletContext context(ThreadTimer timer) {
    RetrySettings retry = RetrySettings.DEFAULT;
    // One attempt: what this very tablet says is the answer.
    RetrySettings once =
        new RetrySettings(
            retry.initialBackoffMillis(),
            retry.maxBackoffMillis(),
            flags.requestTimeoutMillis(),
            1,
            0);
    RetryingCaller caller =
        new RetryingCaller(
            environment.rpc().get(), new RetryPolicy(once), SystemClock.INSTANCE, timer, () -> 0);
    return new TabletContext(
        caller,
        flags.endpoint(),
        Duration.ofMillis(flags.requestTimeoutMillis()),
        new ColumnPrinter(flags.maxCellBytes()));
  }

  private LineSource lines(boolean shell) {
    return shell && environment.terminal()
        ? Consoles.open(
            environment.variables(),
            words -> words.isEmpty() ? List.copyOf(commands.names()) : List.of())
        : new PlainLines(environment.in(), environment.err());
  }

  private ExitCode end(String line, String hint) {
    printer.print(Reply.failed(ExitCode.USAGE, line, hint));
    return ExitCode.USAGE;
  }
}
