package io.holdfast.shell;

import io.holdfast.shell.flags.FlagParser;
import io.holdfast.shell.flags.ShellFlags;
import io.holdfast.shell.flags.UsageException;
import io.holdfast.shell.sql.SqlShell;
import io.holdfast.shell.tablet.TabletCommands;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A run of the shells, from the command line to the exit code. */
public final class Shell {
  private final ShellEnvironment environment;

  public Shell(ShellEnvironment environment) {
    this.environment = environment;
  }

  /** Runs and answers with the process's exit code. */
  public ExitCode run(List<String> arguments) {
    FlagParser parser = new FlagParser(environment.variables());
    ShellFlags flags;
    try {
      flags = parser.parse(arguments);
    } catch (UsageException e) {
      environment.err().println("ERROR: " + e.getMessage());
      environment.err().println("`--help` lists the flags");
      environment.err().flush();
      return ExitCode.USAGE;
    }
    Printer printer = new Printer(environment.out(), environment.err(), flags.json());
    if (flags.help()) {
      printHelp(parser, flags.role());
      return ExitCode.DONE;
    }
    if (flags.version()) {
      environment.out().println("openmldb version " + Version.text());
      environment.out().flush();
      return ExitCode.DONE;
    }
    try {
      return switch (flags.role()) {
        case "ns_client" -> new NsShell(flags, environment, printer).run();
        case "client" -> new TabletShell(flags, environment, printer).run();
        case "sql_client" -> new SqlShell(flags, environment, Version.text()).run();
        default -> {
          printer.print(
              Reply.failed(
                  ExitCode.USAGE,
                  "Invalid role: " + flags.role(),
                  "the shells are --role=ns_client, --role=client and --role=sql_client"));
          yield ExitCode.USAGE;
        }
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    }
  }

  private void printHelp(FlagParser parser, String role) {
    PrintWriter out = environment.out();
    out.println(
        "usage: openmldb --role=ns_client|client|sql_client [flags] [--cmd=\"command words\"]");
    out.println();
    out.println("examples:");
    out.println(
        "  openmldb --role=ns_client --zk_cluster=zk1:2181,zk2:2181 --zk_root_path=/openmldb");
    out.println(
        "  openmldb --role=ns_client --zk_cluster=zk1:2181 --interactive=false"
            + " --cmd=\"showtable\" -o json");
    out.println(
        "  openmldb --role=sql_client --zk_cluster=zk1:2181 --interactive=false --format=csv"
            + " --cmd=\"SELECT * FROM demo.trips LIMIT 10\"");
    out.println();
    out.println("flags (--flag=value, --flag value, -flag=value, --noflag):");
    parser.describe().forEach(out::println);
    out.println();
    out.println("commands:");
    List<String> overview =
        switch (role) {
          case "client" -> TabletCommands.all().overview();
          case "sql_client" -> SqlShell.overview();
          default -> NsCommands.all().overview();
        };
    overview.forEach(line -> out.println("  " + line));
    out.println();
    out.println("exit codes:");
    for (ExitCode code : ExitCode.values()) {
      out.println(String.format(Locale.ROOT, "  %3d  %s", code.number(), code.meaning()));
    }
    out.flush();
  }
}
