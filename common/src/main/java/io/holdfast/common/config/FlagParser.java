package io.holdfast.common.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a command line in the forms that OpenMLDB's flags library takes: {@code --name=value},
 * {@code --name value}, {@code -name=value}, {@code --flag}, {@code --noflag} and {@code
 * --flagfile=path}. The last mention of a name wins.
 *
 * <p>It must know the declared settings beforehand: in {@code --trace on} the word {@code on} is a
 * value only if {@code trace} takes one.
 */
final class FlagParser {
  /** A flag file may name flag files; a cycle of them must end in an error. */
  private static final int MAX_FLAG_FILE_DEPTH = 8;

  private final Map<String, Setting> known;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<String> words = new ArrayList<>();
  private final List<String> problems;
  private boolean isHelpWanted;

  FlagParser(Map<String, Setting> known, List<String> problems) {
    this.known = known;
    this.problems = problems;
  }

  Map<String, String> values() {
    return values;
  }

  /** What was neither a flag nor the value of one. */
  List<String> words() {
    return words;
  }

  boolean isHelpWanted() {
    return isHelpWanted;
  }

  void parse(List<String> args) {
    parse(args, 0);
  }

  private void parse(List<String> args, int depth) {
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (arg.equals("--")) {
        words.addAll(args.subList(i + 1, args.size()));
        return;
      }
      if (!arg.startsWith("-") || arg.equals("-")) {
        words.add(arg);
        continue;
      }
      String body = arg.substring(arg.startsWith("--") ? 2 : 1);
      int equals = body.indexOf('=');
      if (equals >= 0) {
        assign(body.substring(0, equals), body.substring(equals + 1), depth);
      } else if (body.equals("help") || body.equals("h")) {
        isHelpWanted = true;
      } else if (isFlag(body)) {
        values.put(body, "true");
      } else if (isNegatedFlag(body)) {
        values.put(body.substring(2), "false");
      } else if (!isNamed(body)) {
        // Its value, if it has one, is not known to be one: it becomes a word and does no harm,
        // because the unknown name stops the server anyway.
        values.put(body, "");
      } else if (i + 1 < args.size()) {
        assign(body, args.get(++i), depth);
      } else {
        problems.add("--" + body + " needs a value");
      }
    }
  }

  private void assign(String name, String value, int depth) {
    if (name.equals(SettingsReader.FLAG_FILE)) {
      readFlagFile(Path.of(value), depth + 1);
    } else {
      values.put(name, value);
    }
  }

  private void readFlagFile(Path file, int depth) {
    if (depth > MAX_FLAG_FILE_DEPTH) {
      problems.add("flag files are nested more than " + MAX_FLAG_FILE_DEPTH + " deep at " + file);
      return;
    }
    try {
      // One flag per line, so a value may hold spaces.
      List<String> flags =
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .toList();
      parse(flags, depth);
    } catch (IOException e) {
      problems.add("flag file " + file + " cannot be read: " + e.getMessage());
    }
  }

  private boolean isNamed(String name) {
    return known.containsKey(name) || name.equals(SettingsReader.FLAG_FILE);
  }

  private boolean isFlag(String name) {
    return known.containsKey(name) && known.get(name).kind() == Setting.Kind.FLAG;
  }

  private boolean isNegatedFlag(String name) {
    return name.startsWith("no") && isFlag(name.substring(2));
  }
}
