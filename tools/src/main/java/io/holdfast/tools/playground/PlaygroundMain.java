package io.holdfast.tools.playground;

import io.holdfast.tools.cli.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Brings up a cluster on this machine, and plays with one that is up. */
@Command(
    name = "openmldb playground",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts a whole cluster of processes on this machine and keeps it until Ctrl-C. Further"
          + " commands, from another terminal, are about the one that runs.",
    },
    footer = {
      "",
      "examples:",
      "  openmldb playground --tablets 3 --nameservers 2 --zk 1",
      "  openmldb playground --tag mine           (its data is there the next time)",
      "  openmldb playground kill tablet-2",
      "",
      "exit status: 0 done, 1 failed, 2 usage, 6 no playground runs",
    })
public final class PlaygroundMain implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int NOT_FOUND = 6;

  /** As many as have ports. */
  private static final int MOST = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--tag",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "a playground with a name, whose data is kept")
  private String tag;

  @Option(
      names = "--tablets",
      defaultValue = "3",
      description = "how many (default ${DEFAULT-VALUE}, at most 10)")
  private int tablets;

  @Option(
      names = "--nameservers",
      defaultValue = "2",
      description = "how many (default ${DEFAULT-VALUE}, at most 10)")
  private int nameservers;

  @Option(
      names = "--zk",
      defaultValue = "1",
      paramLabel = "1|3",
      description = "how many ZooKeeper servers (default ${DEFAULT-VALUE})")
  private int zooKeepers;

  @Option(
      names = "--port",
      defaultValue = "0",
      description = "the first of 30 ports (default: from 17000 on the first that are free)")
  private int port;

  @Option(
      names = "--node-heap",
      defaultValue = "256m",
      paramLabel = "SIZE",
      description = "heap of each process (default ${DEFAULT-VALUE})")
  private String heap;

  private PlaygroundMain() {}

  public static void main(String[] args) {
    Program.main(args, PlaygroundMain::run);
  }

  /** Runs as the command line says; returns the exit code. Ends no process but the cluster's. */
  public static int run(String[] args, PrintWriter out, PrintWriter err) {
    return new CommandLine(new PlaygroundMain())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(PlaygroundMain::failed)
        .execute(args);
  }

  private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult unused)
      throws Exception {
    if (failure instanceof IOException) {
      command.getErr().println("playground: " + failure.getMessage());
      return failure instanceof ControlClient.NotRunningException ? NOT_FOUND : FAILED;
    }
    throw failure;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    require(tablets >= 1 && tablets <= MOST, "--tablets must be in 1 to " + MOST);
    require(nameservers >= 1 && nameservers <= MOST, "--nameservers must be in 1 to " + MOST);
    require(zooKeepers == 1 || zooKeepers == 3, "--zk must be 1 or 3");
    require(port == 0 || (port >= 1024 && port <= 65000), "--port must be in 1024 to 65000");
    long began = System.nanoTime();
    Playground.Plan plan = new Playground.Plan(zooKeepers, nameservers, tablets, port, heap);
    try (Playground playground = Playground.start(Path.of(home()), directory(), plan, this::say)) {
      playground.greeting().forEach(this::say);
      say(String.format(Locale.ROOT, "up in %.1f s", (System.nanoTime() - began) / 1e9));
      playground.awaitStop();
      say("stopping");
    }
    return 0;
  }

  private static String home() throws IOException {
    String home = System.getProperty("holdfast.home");
    if (home == null) {
      throw new IOException("start it by bin/openmldb, which knows where the programs are");
    }
    return home;
  }

  private PlaygroundDirectory directory() {
    try {
      return PlaygroundDirectory.of(tag);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private int ask(String command) throws IOException {
    ControlClient.ask(directory().control(), command, this::say);
    return 0;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Lists the processes: name, endpoint, pid, state.")
  int display() throws IOException {
    return ask("display");
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Kills a process as a power cut would (kill -9).")
  int kill(@Parameters(paramLabel = "NODE", description = "its name or endpoint") String node)
      throws IOException {
    return ask("kill " + node);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Starts a process again over its data; stops it first if it runs.")
  int restart(@Parameters(paramLabel = "NODE", description = "its name or endpoint") String node)
      throws IOException {
    return ask("restart " + node);
  }

  @Command(
      name = "scale-out",
      mixinStandardHelpOptions = true,
      description = "Starts one process more.")
  int scaleOut(
      @Parameters(
              paramLabel = "tablet|nameserver",
              defaultValue = "tablet",
              description = "what (default ${DEFAULT-VALUE})")
          String role)
      throws IOException {
    return ask("scale-out " + role);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "Kills the tablet that leads most, again and again under running writes, and says what"
              + " was lost, which must be nothing, and how long writes had to wait.")
  int chaos(
      @Option(
              names = "--minutes",
              defaultValue = "2",
              description = "for how long (default ${DEFAULT-VALUE})")
          int minutes)
      throws IOException {
    require(minutes >= 1 && minutes <= 1440, "--minutes must be in 1 to 1440");
    return ask("chaos " + minutes);
  }

  @Command(mixinStandardHelpOptions = true, description = "Ends the playground.")
  int stop() throws IOException {
    return ask("stop");
  }
}
