package io.holdfast.tools.files;

import io.holdfast.tablet.binlog.BinlogDamage;
import io.holdfast.tablet.binlog.LogFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks into one log. */
@Command(
    name = "binlog",
    mixinStandardHelpOptions = true,
    description = "Looks into the log of one replica; changes nothing.",
    synopsisSubcommandLabel = "COMMAND")
final class BinlogTool {
  @Spec private CommandSpec spec;

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Reads a log to its end, checks every byte, and judges it as a start of the tablet would.",
        "Exit code 0: intact; 1: damaged; 7: it ends in a torn write, which nobody was told of and"
            + " the tablet cuts off; 6: there is no such log."
      })
  int verify(
      @Parameters(
              paramLabel = "PLACE",
              description = {
                "such as DATA/3_0/binlog, or one .seg file in it, of which less can be said: what"
                    + " those before it say about what had been synced is not known then"
              })
          Path place,
      @Mixin Output output) {
    if (!Files.exists(place)) {
      return Places.missing(spec, place);
    }
    if (!LogFiles.isSegment(place)) {
      Places.requireDirectory(spec, place, "a .seg file, or the directory that it is in");
    }
    Findings findings = new Findings(spec.commandLine().getOut(), output.isJson());
    LogFiles.Owner owner = ReplicaTable.metaAbove(place).map(ReplicaTable::ownerOf).orElse(null);
    LogFiles.Verdict unused = check("", place, owner, findings, spec.commandLine().getErr());
    return findings.worst().exitCode();
  }

  /**
   * Checks one log.
   *
   * @param owner whose it must be; null for whoever it says
   * @return what it is; null when it could not be read
   */
  static LogFiles.Verdict check(
      String where, Path place, LogFiles.Owner owner, Findings findings, PrintWriter err) {
    LogFiles.Verdict verdict;
    try {
      SlowPace pace = new SlowPace(err, where + " " + place, bytesOf(place));
      verdict = LogFiles.check(place, owner, (file, before) -> pace.reached(before));
    } catch (IOException e) {
      findings.add(where, "binlog", Level.DAMAGED, place + " cannot be read: " + e);
      return null;
    }
    String facts =
        verdict.lastOffset() < verdict.firstOffset()
            ? "empty, next offset " + verdict.firstOffset()
            : "offsets "
                + verdict.firstOffset()
                + " to "
                + verdict.lastOffset()
                + ", term "
                + verdict.lastTerm();
    facts += ", " + verdict.segments() + " segments, " + verdict.bytes() + " bytes";
    if (verdict.damage().isEmpty()) {
      findings.add(where, "binlog", Level.OK, facts);
    } else if (verdict.isTornTail()) {
      findings.add(
          where,
          "binlog",
          Level.TORN,
          facts
              + "; ends in a torn write, which nobody was told of and the tablet cuts off: "
              + verdict.damage().get());
    } else {
      findings.add(
          where, "binlog", Level.DAMAGED, verdict.damage().get() + "; intact before: " + facts);
    }
    if (verdict.isTailSuspect()) {
      findings.add(
          where,
          "binlog",
          Level.NOTE,
          "a torn write was cut off before; the leader has not confirmed yet that nothing is"
              + " missing");
    }
    return verdict;
  }

  /** Of all files together, for a person who waits. */
  private static long bytesOf(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return Files.size(place);
    }
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(place, "*.seg")) {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  @Command(
      name = "dump",
      mixinStandardHelpOptions = true,
      description = {
        "Prints a log's records, a line for each: offset, term, kind, the client's session and"
            + " number, file and byte, and what it does. Values are not printed.",
        "Exit code 0: done; 1: reading came to something that is no record."
      })
  int dump(
      @Parameters(
              paramLabel = "PLACE",
              description = "a log's directory, one .seg file, or a .cut file in recycle/")
          Path place,
      @Option(
              names = "--from",
              paramLabel = "OFFSET",
              defaultValue = "1",
              description = "the first record")
          long from,
      @Option(
              names = "--to",
              paramLabel = "OFFSET",
              defaultValue = "9223372036854775807",
              showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
              description = "the last record; all unless given")
          long to,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "9223372036854775807",
              showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
              description = "so many records; all unless given")
          long limit,
      @Mixin Output output)
      throws IOException {
    if (!Files.exists(place)) {
      return Places.missing(spec, place);
    }
    if (!Files.isDirectory(place)
        && !LogFiles.isSegment(place)
        && !place.getFileName().toString().endsWith(".cut")) {
      throw new ParameterException(
          spec.commandLine(),
          place + " is no segment of a log: its name is not 20 digits and .seg, nor ends in .cut");
    }
    if (limit < 1) {
      return Level.OK.exitCode();
    }
    Findings findings = new Findings(spec.commandLine().getOut(), output.isJson());
    long[] left = {limit};
    Optional<BinlogDamage> damage =
        LogFiles.read(
            place,
            from,
            entry -> {
              if (entry.record().offset() > to) {
                return false;
              }
              if (output.isJson()) {
                findings.json(RecordLine.json(entry));
              } else {
                findings.line(RecordLine.text(entry));
              }
              left[0]--;
              return left[0] > 0 && entry.record().offset() < to;
            });
    if (damage.isEmpty()) {
      return Level.OK.exitCode();
    }
    String text = "no record: " + damage.get() + "; `binlog verify` says whether that is damage";
    if (output.isJson()) {
      findings.json(Map.of("error", text));
    } else {
      spec.commandLine().getErr().println(text);
    }
    return Level.DAMAGED.exitCode();
  }
}
