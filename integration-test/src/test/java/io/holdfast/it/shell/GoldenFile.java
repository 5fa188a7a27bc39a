package io.holdfast.it.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * What a command prints, as a file. Lines that begin with
 *
 * <ul>
 *   <li>{@code #} are remarks;
 *   <li>{@code ~} say what differs from run to run: {@code ~ PATTERN => REPLACEMENT};
 *   <li>{@code %} are flags for the commands below;
 *   <li>{@code $} are commands; {@code <} under one is a line of its input;
 *   <li>{@code ?} are commands that show what comes to be so soon: they are run until it is;
 *   <li>{@code |} are what it prints, {@code !} its advice, {@code =} its exit code if that is not
 *       0.
 * </ul>
 */
final class GoldenFile {
  /** A line that differs from run to run. */
  record Mask(Pattern pattern, String replacement) {}

  /** A command with its flags and its input. */
  record Case(List<String> flags, String command, String input) {}

  /** Runs a case. */
  interface Runner {
    Printed run(Case what) throws Exception;
  }

  /** What came of a case. */
  record Printed(int code, String out, String err) {}

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path file;
  private final List<String> lines;
  private final List<Mask> masks = new ArrayList<>();

  GoldenFile(Path file) throws IOException {
    this.file = file;
    this.lines = Files.readAllLines(file);
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }

  /** The file as it would be if it said what the commands print now. */
  String replayed(Runner runner) throws Exception {
    StringBuilder out = new StringBuilder();
    List<String> flags = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("|") || line.startsWith("!") || line.startsWith("=")) {
        continue;
      }
      out.append(line).append('\n');
      if (line.startsWith("~ ")) {
        String[] parts = line.substring(2).split(" => ", 2);
        masks.add(new Mask(Pattern.compile(parts[0]), parts[1]));
      } else if (line.startsWith("%")) {
        flags = words(line.substring(1));
      } else if (line.startsWith("$ ")) {
        StringBuilder input = new StringBuilder();
        while (i + 1 < lines.size() && lines.get(i + 1).startsWith("< ")) {
          i++;
          out.append(lines.get(i)).append('\n');
          input.append(lines.get(i).substring(2)).append('\n');
        }
        out.append(told(runner.run(new Case(flags, line.substring(2), input.toString()))));
      } else if (line.startsWith("? ")) {
        out.append(awaited(runner, new Case(flags, line.substring(2), ""), wanted(i + 1)));
      }
    }
    return out.toString();
  }

  /** What the file says that the command above a line prints. */
  private String wanted(int first) {
    StringBuilder out = new StringBuilder();
    for (int i = first; i < lines.size() && lines.get(i).matches("[|!=].*"); i++) {
      out.append(lines.get(i)).append('\n');
    }
    return out.toString();
  }

  private String awaited(Runner runner, Case what, String wanted) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String now = told(runner.run(what));
    while (!now.equals(wanted) && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      now = told(runner.run(what));
    }
    return now;
  }

  private String told(Printed printed) {
    StringBuilder out = new StringBuilder();
    // Blanks at the end of a line are part of the layout, but editors eat them: they get a mark.
    printed.out().lines().forEach(line -> out.append(prefixed("|", line)).append('\n'));
    printed.err().lines().forEach(line -> out.append(prefixed("!", line)).append('\n'));
    if (printed.code() != 0) {
      out.append("= ").append(printed.code()).append('\n');
    }
    return out.toString();
  }

  private String prefixed(String prefix, String line) {
    String masked = line;
    for (Mask mask : masks) {
      masked = mask.pattern().matcher(masked).replaceAll(mask.replacement());
    }
    return masked.isEmpty()
        ? prefix
        : prefix + " " + (masked.endsWith(" ") ? masked + "$" : masked);
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  void rewrite(String text) throws IOException {
    Files.writeString(file, text);
  }
}
