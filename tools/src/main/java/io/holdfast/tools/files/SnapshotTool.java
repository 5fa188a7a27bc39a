package io.holdfast.tools.files;

import io.holdfast.tablet.snapshot.SnapshotException;
import io.holdfast.tablet.snapshot.SnapshotFiles;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import io.holdfast.tablet.snapshot.SnapshotReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks into the snapshots of one replica. */
@Command(
    name = "snapshot",
    mixinStandardHelpOptions = true,
    description = "Looks into the snapshots of one replica; changes nothing.",
    synopsisSubcommandLabel = "COMMAND")
final class SnapshotTool {
  @Spec private CommandSpec spec;

  @Command(
      name = "inspect",
      mixinStandardHelpOptions = true,
      description = {
        "Says what snapshots say of themselves, by manifest and head. Quick, however large they"
            + " are.",
        "Exit code 0: done; 1: a manifest or head is damaged; 6: there are no snapshots."
      })
  int inspect(
      @Parameters(
              paramLabel = "DIRECTORY",
              description = "such as DATA/3_0/snapshots, or one of the snapshots in it")
          Path directory,
      @Mixin Output output)
      throws IOException {
    return each(directory, output, false);
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Reads snapshots to their ends and checks every byte.",
        "Exit code 0: intact; 1: damaged; 6: there are no snapshots."
      })
  int verify(
      @Parameters(
              paramLabel = "DIRECTORY",
              description = "such as DATA/3_0/snapshots, or one of the snapshots in it")
          Path directory,
      @Mixin Output output)
      throws IOException {
    return each(directory, output, true);
  }

  private int each(Path directory, Output output, boolean whole) throws IOException {
    if (!Files.exists(directory)) {
      return Places.missing(spec, directory);
    }
    Places.requireDirectory(spec, directory, "the directory that it is in");
    List<Path> snapshots = snapshots(directory);
    if (snapshots.isEmpty()) {
      return Places.refuse(spec, Places.NOT_FOUND, "there is no snapshot in " + directory);
    }
    Findings findings = new Findings(spec.commandLine().getOut(), output.isJson());
    for (Path snapshot : snapshots) {
      check("", snapshot, null, whole, findings, spec.commandLine().getErr());
    }
    return findings.worst().exitCode();
  }

  /** A snapshot itself, or those in a directory of them, the newest first. */
  static List<Path> snapshots(Path directory) throws IOException {
    if (Files.exists(directory.resolve("MANIFEST"))) {
      return List.of(directory);
    }
    List<Path> snapshots = new ArrayList<>();
    for (long offset : new SnapshotFolder(directory).offsets()) {
      snapshots.add(directory.resolve(String.format(Locale.ROOT, "%020d", offset)));
    }
    return snapshots;
  }

  /**
   * Checks one snapshot.
   *
   * @param partition what it must be of; null for whatever it says
   * @param whole whether to read it to its end
   * @return what it is; null when it is damaged
   */
  static SnapshotFiles.Facts check(
      String where,
      Path snapshot,
      SnapshotHeader partition,
      boolean whole,
      Findings findings,
      PrintWriter err) {
    String name = snapshot.getFileName().toString();
    try {
      SnapshotFiles.Facts facts = SnapshotFiles.inspect(snapshot);
      if (whole) {
        SnapshotReader.Pace pace = new SlowPace(err, where + " " + name, facts.manifest().bytes());
        facts = SnapshotFiles.verify(snapshot, partition, pace);
      }
      findings.add(
          where,
          "snapshot",
          Level.OK,
          facts.header()
              + ", state of "
              + Instant.ofEpochMilli(facts.header().logTimeMillis())
              + ", "
              + facts.manifest().bytes()
              + " bytes"
              + (whole ? "" : " (not read)"));
      return facts;
    } catch (IOException e) {
      String reason = e instanceof SnapshotException ? e.getMessage() : e.toString();
      findings.add(where, "snapshot", Level.DAMAGED, name + ": " + reason);
      return null;
    }
  }
}
