package io.holdfast.tools.files;

import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.replication.SessionTableCheck;
import io.holdfast.tablet.snapshot.SnapshotException;
import io.holdfast.tablet.snapshot.SnapshotFiles;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import io.holdfast.tablet.snapshot.SnapshotReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
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
        "Says what snapshots say of themselves, by manifest, head and last block. Quick, however"
            + " large they are.",
        "Exit code 0: done; 1: one of these is damaged; 6: there are no snapshots."
      })
  int inspect(
      @Parameters(
              paramLabel = "DIRECTORY",
              description = "such as DATA/3_0/snapshots, one of the snapshots in it, or its file")
          Path directory,
      @Mixin Output output)
      throws IOException {
    return each(directory, output, false);
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Reads snapshots to their ends and checks every byte, and every row by the replica's meta"
            + " file.",
        "Exit code 0: intact; 1: damaged; 6: there are no snapshots."
      })
  int verify(
      @Parameters(
              paramLabel = "DIRECTORY",
              description = "such as DATA/3_0/snapshots, one of the snapshots in it, or its file")
          Path directory,
      @Mixin Output output)
      throws IOException {
    return each(directory, output, true);
  }

  private int each(Path directory, Output output, boolean whole) throws IOException {
    if (!Files.exists(directory)) {
      return Places.missing(spec, directory);
    }
    boolean isFile = !Files.isDirectory(directory);
    if (isFile && !directory.getFileName().toString().matches("MANIFEST|state")) {
      Places.requireDirectory(spec, directory, "the snapshot's directory");
    }
    List<Path> snapshots =
        isFile ? List.of(directory.toAbsolutePath().getParent()) : snapshots(directory);
    if (snapshots.isEmpty()) {
      return Places.refuse(spec, Places.NOT_FOUND, "there is no snapshot in " + directory);
    }
    Findings findings = new Findings(spec.commandLine().getOut(), output.isJson());
    for (Path snapshot : snapshots) {
      check("", snapshot, tableOf(snapshot), whole, findings, spec.commandLine().getErr());
    }
    return findings.worst().exitCode();
  }

  private static ReplicaTable tableOf(Path snapshot) throws IOException {
    Optional<ReplicaMeta> meta = ReplicaTable.metaAbove(snapshot);
    return meta.isPresent() ? ReplicaTable.of(meta.get()) : null;
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
   * @param table what it must be of; null for whatever it says, and then rows are not looked into
   * @param whole whether to read it to its end
   * @return what it is; null when it is damaged
   */
  static SnapshotFiles.Facts check(
      String where,
      Path snapshot,
      ReplicaTable table,
      boolean whole,
      Findings findings,
      PrintWriter err) {
    String name = snapshot.getFileName().toString();
    try {
      SnapshotFiles.Facts facts =
          whole ? verify(where, snapshot, table, err) : SnapshotFiles.inspect(snapshot);
      findings.add(where, "snapshot", Level.OK, text(facts) + note(whole, table));
      return facts;
    } catch (IOException e) {
      String reason = e instanceof SnapshotException ? e.getMessage() : e.toString();
      findings.add(where, "snapshot", Level.DAMAGED, name + ": " + reason);
      return null;
    }
  }

  private static SnapshotFiles.Facts verify(
      String where, Path snapshot, ReplicaTable table, PrintWriter err) throws IOException {
    SnapshotReader.Pace pace = new SlowPace(err, where + " " + snapshot, bytesOf(snapshot));
    return SnapshotFiles.verify(
        snapshot,
        table == null ? null : table.partition(),
        table == null ? null : table.schema(),
        SessionTableCheck::check,
        pace);
  }

  /** What a person who waits is told percents of; 0 when there is no such file. */
  private static long bytesOf(Path snapshot) throws IOException {
    try (Stream<Path> all = Files.walk(snapshot)) {
      long bytes = 0;
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }

  private static String text(SnapshotFiles.Facts facts) {
    if (facts.isOfFiles()) {
      return String.format(
          Locale.ROOT,
          "%s, state of %s, %d files of an engine, %d bytes",
          facts.header(),
          Instant.ofEpochMilli(facts.header().logTimeMillis()),
          // Besides the state file and the checksums.
          facts.manifest().parts().size() - 2,
          facts.manifest().bytes());
    }
    SnapshotFiles.Counts counts = facts.counts();
    return String.format(
        Locale.ROOT,
        "%s, state of %s, %d keys, %d versions, %d rows of %d bytes, state hash %016x, %d bytes,"
            + " crc32c %08x",
        facts.header(),
        Instant.ofEpochMilli(facts.header().logTimeMillis()),
        counts.keys(),
        counts.versions(),
        counts.rows(),
        counts.rowBytes(),
        counts.stateHash(),
        facts.manifest().bytes(),
        facts.manifest().parts().get(0).crc32c());
  }

  private static String note(boolean whole, ReplicaTable table) {
    if (!whole) {
      return " (not read)";
    }
    return table == null ? " (rows not looked into: no intact meta file is above)" : "";
  }
}
