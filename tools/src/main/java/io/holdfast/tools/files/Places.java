package io.holdfast.tools.files;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What a path must be for a command to make sense of it. */
final class Places {
  static final int NOT_FOUND = 6;
  static final int IN_USE = 4;

  private Places() {}

  /** Says that there is no such thing; returns the exit code. */
  static int missing(CommandSpec command, Path path) {
    return refuse(command, NOT_FOUND, path + " does not exist");
  }

  /** Says why nothing is done; returns the exit code. */
  static int refuse(CommandSpec command, int exitCode, String why) {
    command.commandLine().getErr().println(why);
    return exitCode;
  }

  static void requireDirectory(CommandSpec command, Path path, String what) {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new ParameterException(command.commandLine(), path + " is a file; name " + what);
    }
  }
}
