package io.holdfast.tools.files;

import io.holdfast.tools.cli.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands about a tablet's files. */
@Command(
    name = "openmldb",
    mixinStandardHelpOptions = true,
    description = "Looks into the files of a tablet that is stopped; changes nothing.",
    subcommands = {BinlogTool.class, SnapshotTool.class, DataDirTool.class},
    synopsisSubcommandLabel = "COMMAND")
public final class FilesMain implements Runnable {
  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  private FilesMain() {}

  public static void main(String[] args) {
    Program.main(args, FilesMain::run);
  }

  /** Runs one command; returns its exit code. Thread-safe, and ends no process. */
  public static int run(String[] args, PrintWriter out, PrintWriter err) {
    return new CommandLine(new FilesMain())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(FilesMain::failed)
        .execute(args);
  }

  private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult unused)
      throws Exception {
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      command.getErr().println("cannot be read: " + failure);
      return FAILED;
    }
    throw failure;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name a command: binlog, snapshot or data-dir");
  }
}
