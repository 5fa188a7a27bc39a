package io.holdfast.testkit.sim;

import java.nio.file.Path;

/**
 * What was asked of {@link SimulateMain}.
 *
 * @param first first seed
 * @param last last seed
 * @param minutes after which no new seed is begun
 * @param jobs how many seeds are run at a time
 * @param summary file that what was run is written to; null for none
 */
record SimulateArguments(long first, long last, long minutes, int jobs, Path summary) {
  static final String USAGE =
      "usage: simulate --seeds A..B [--minutes N] [--jobs N] [--summary FILE]";

  private static final int MOST_JOBS = 256;

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException with a message for whoever typed it
   */
  static SimulateArguments of(String[] args) {
    long first = 1;
    long last = 1000;
    long minutes = Long.MAX_VALUE;
    int jobs = 1;
    Path summary = null;
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " needs a value");
      }
      String value = args[i + 1];
      switch (args[i]) {
        case "--seeds" -> {
          String[] range = value.split("\\.\\.", -1);
          first = number(args[i], range[0]);
          last = range.length > 1 ? number(args[i], range[1]) : first;
        }
        case "--minutes" -> minutes = number(args[i], value);
        case "--jobs" -> jobs = (int) Math.min(MOST_JOBS, Math.max(1, number(args[i], value)));
        case "--summary" -> summary = Path.of(value);
        default -> throw new IllegalArgumentException("unknown argument " + args[i]);
      }
    }
    if (last < first) {
      throw new IllegalArgumentException("there is no seed in " + first + ".." + last);
    }
    return new SimulateArguments(first, last, minutes, jobs, summary);
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": \"" + text + "\" is no number", e);
    }
  }
}
