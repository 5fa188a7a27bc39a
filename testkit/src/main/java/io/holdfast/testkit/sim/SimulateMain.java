package io.holdfast.testkit.sim;

import java.util.Locale;

/** Runs a range of seeds and says which one broke a promise first, and how to see it again. */
public final class SimulateMain {
  private SimulateMain() {}

  public static void main(String[] args) {
    long first = 1;
    long last = 1000;
    long minutes = Long.MAX_VALUE;
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--seeds" -> {
            String[] range = args[++i].split("\\.\\.", -1);
            first = Long.parseLong(range[0]);
            last = range.length > 1 ? Long.parseLong(range[1]) : first;
          }
          case "--minutes" -> minutes = Long.parseLong(args[++i]);
          case "--help" -> {
            System.out.println("usage: simulate --seeds A..B [--minutes N]");
            return;
          }
          default -> throw new IllegalArgumentException("unknown argument " + args[i]);
        }
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException wrong) {
      System.err.println("simulate: " + wrong.getMessage());
      System.err.println("usage: simulate --seeds A..B [--minutes N]");
      System.exit(2);
      return;
    }
    System.exit(run(first, last, minutes) ? 0 : 1);
  }

  private static boolean run(long first, long last, long minutes) {
    long start = System.nanoTime();
    long nextLine = start;
    Totals totals = new Totals();
    for (long seed = first; seed <= last; seed++) {
      SimulationResult result = Simulation.run(SimulationOptions.of(seed));
      totals.add(result);
      if (result.violation() != null) {
        System.out.println("seed " + seed + " breaks " + result.violation().getMessage());
        System.out.println("  cluster: " + result.description());
        System.out.println("  replay:  scripts/simulate.sh --seeds " + seed + ".." + seed);
        result.violation().printStackTrace(System.out);
        return false;
      }
      if (seed % 100 == 0 && !sameAgain(result)) {
        return false;
      }
      long now = System.nanoTime();
      if (now - nextLine > 0) {
        System.out.println(totals.line(now - start));
        nextLine = now + 10_000_000_000L;
      }
      if ((now - start) / 60_000_000_000L >= minutes) {
        break;
      }
    }
    System.out.println("no violation: " + totals.line(System.nanoTime() - start));
    return true;
  }

  private static boolean sameAgain(SimulationResult result) {
    SimulationResult again = Simulation.run(SimulationOptions.of(result.seed()));
    if (again.fingerprint() != result.fingerprint()) {
      System.out.println("seed " + result.seed() + " made two different histories");
      return false;
    }
    return true;
  }

  private static final class Totals {
    private long seeds;
    private long events;
    private long operations;
    private long commits;
    private long elections;
    private long faults;

    void add(SimulationResult result) {
      seeds++;
      events += result.events();
      operations += result.operations();
      commits += result.commits();
      elections += result.elections();
      faults += result.faults();
    }

    String line(long nanos) {
      return String.format(
          Locale.ROOT,
          "%d seeds, %.1f seeds/s, %d events, %d operations, %d commits, %d elections, %d faults",
          seeds,
          seeds * 1e9 / nanos,
          events,
          operations,
          commits,
          elections,
          faults);
    }
  }
}
