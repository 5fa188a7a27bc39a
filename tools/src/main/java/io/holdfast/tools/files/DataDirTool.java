package io.holdfast.tools.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks into a whole data directory. */
@Command(
    name = "data-dir",
    mixinStandardHelpOptions = true,
    description = "Looks into a data directory of a tablet; changes nothing.",
    synopsisSubcommandLabel = "COMMAND")
final class DataDirTool {
  @Spec private CommandSpec spec;

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Reads everything in a data directory, checks every byte, and says whether each replica"
            + " would open whole. The tablet must be stopped: a running one writes meanwhile, and"
            + " reads its files through from time to time itself.",
        "Exit code 0: all intact; 1: something is damaged; 7: nothing is, but a log ends in a torn"
            + " write, which nobody was told of and the tablet cuts off; 4: a tablet is using the"
            + " directory; 6: it is no data directory."
      })
  int check(
      @Parameters(paramLabel = "DIRECTORY", description = "one of db_root_path") Path directory,
      @Mixin Output output)
      throws IOException {
    if (!Files.exists(directory)) {
      return Places.missing(spec, directory);
    }
    Places.requireDirectory(spec, directory, "a data directory");
    if (!Files.exists(directory.resolve("cluster-id"))) {
      return Places.refuse(
          spec,
          Places.NOT_FOUND,
          directory + " is no data directory of a tablet: there is no cluster-id in it");
    }
    Path lock = directory.resolve("LOCK");
    if (!Files.exists(lock)) {
      return read(directory, output);
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ);
        FileLock shared = lock(channel)) {
      // Kept while reading, so that no tablet starts meanwhile.
      return shared == null
          ? Places.refuse(
              spec,
              Places.IN_USE,
              directory + " is in use by a running tablet; stop it first (kill -TERM)")
          : read(directory, output);
    }
  }

  /** Keeps tablets out; null when one is in. */
  private static FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, true);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private int read(Path directory, Output output) throws IOException {
    Findings findings = new Findings(spec.commandLine().getOut(), output.isJson());
    new DirectoryCheck(directory, findings, spec.commandLine().getErr()).run();
    findings.line(
        findings.count(Level.DAMAGED)
            + " damaged, "
            + findings.count(Level.TORN)
            + " torn, "
            + findings.count(Level.OK)
            + " ok");
    return findings.worst().exitCode();
  }
}
