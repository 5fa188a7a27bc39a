package io.holdfast.shell.flags;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Rewrites a command line from the spellings that operators use ({@code -flag=v}, {@code --flag v},
 * {@code --noflag}, {@code --flagfile=f}) to {@code --flag=v} only.
 */
final class FlagSpelling {
  private static final int MAX_FLAG_FILES = 16;

  private final Set<String> switches;
  private int flagFiles;

  /**
   * @param switches names of the flags that are true or false
   */
  FlagSpelling(Set<String> switches) {
    this.switches = switches;
  }

  List<String> rewrite(List<String> arguments) throws UsageException {
    List<String> result = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!isFlag(argument)) {
        result.add(argument);
        continue;
      }
      String body = argument.substring(argument.startsWith("--") ? 2 : 1);
      int equals = body.indexOf('=');
      String name = (equals < 0 ? body : body.substring(0, equals)).replace('-', '_');
      String value = equals < 0 ? null : body.substring(equals + 1);
      if (value == null) {
        String next = i + 1 < arguments.size() ? arguments.get(i + 1) : null;
        if (switches.contains(name)) {
          boolean given = "true".equals(next) || "false".equals(next);
          value = given ? next : "true";
          i += given ? 1 : 0;
        } else if (name.startsWith("no") && switches.contains(name.substring(2))) {
          name = name.substring(2);
          value = "false";
        } else if (next != null) {
          value = next;
          i++;
        }
      }
      if (name.equals("flagfile") && value != null) {
        result.addAll(flagFile(value));
      } else {
        result.add("--" + name + (value == null ? "" : "=" + value));
      }
    }
    return result;
  }

  private List<String> flagFile(String file) throws UsageException {
    if (++flagFiles > MAX_FLAG_FILES) {
      throw new UsageException("flag files name one another: " + file);
    }
    List<String> flags = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(Path.of(file))) {
        String flag = line.strip();
        if (flag.startsWith("-")) {
          flags.add(flag);
        }
      }
    } catch (IOException e) {
      throw new UsageException("cannot read flag file " + file + ": " + e.getMessage());
    }
    return rewrite(flags);
  }

  // "-o" is the only short one; a lone dash or a negative number is no flag.
  private static boolean isFlag(String argument) {
    return argument.length() > 1
        && argument.startsWith("-")
        && !argument.equals("-o")
        && !argument.startsWith("-o=")
        && !Character.isDigit(argument.charAt(1));
  }
}
