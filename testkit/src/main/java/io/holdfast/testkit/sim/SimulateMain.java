package io.holdfast.testkit.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs a range of seeds and says which one broke a promise first, and how to see it again. */
public final class SimulateMain {
  private static final int COMPARED_EVERY = 100;
  private static final long LINE_NANOS = 10_000_000_000L;

  /** A seed's history, and the same once more where it was to be compared. */
  private record Run(SimulationResult result, SimulationResult again) {
    boolean isTwice() {
      return again != null;
    }

    boolean isOneHistory() {
      return again == null || again.fingerprint() == result.fingerprint();
    }
  }

  private final SimulateArguments arguments;
  private final SimulationTotals totals = new SimulationTotals();
  private final long start = System.nanoTime();
  private long nextLine = start;

  private SimulateMain(SimulateArguments arguments) {
    this.arguments = arguments;
  }

  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("--help")) {
      System.out.println(SimulateArguments.USAGE);
      return;
    }
    try {
      String problem = new SimulateMain(SimulateArguments.of(args)).run();
      System.exit(problem.isEmpty() ? 0 : 1);
    } catch (IllegalArgumentException wrong) {
      System.err.println("simulate: " + wrong.getMessage());
      System.err.println(SimulateArguments.USAGE);
      System.exit(2);
    } catch (IOException e) {
      System.err.println("simulate: the summary cannot be written: " + e);
      System.exit(1);
    }
  }

  private String run() throws IOException {
    ExecutorService workers =
        Executors.newFixedThreadPool(
            arguments.jobs(),
            task -> {
              Thread thread = new Thread(task, "simulation");
              thread.setDaemon(true);
              return thread;
            });
    String problem;
    try {
      problem = runAll(workers);
    } finally {
      workers.shutdownNow();
    }
    long nanos = System.nanoTime() - start;
    if (problem.isEmpty()) {
      System.out.println("no violation: " + totals.line(nanos));
    }
    if (arguments.summary() != null) {
      String verdict = problem.isEmpty() ? "No promise was broken." : problem;
      Files.writeString(arguments.summary(), totals.page(arguments, verdict, nanos));
    }
    return problem;
  }

  /** Results are looked at in the order of the seeds, so that what is printed is the first. */
  private String runAll(ExecutorService workers) {
    ArrayDeque<Future<Run>> running = new ArrayDeque<>();
    long next = arguments.first();
    while (true) {
      boolean outOfTime = (System.nanoTime() - start) / 60_000_000_000L >= arguments.minutes();
      while (running.size() < 2 * arguments.jobs() && next <= arguments.last() && !outOfTime) {
        long seed = next++;
        running.add(workers.submit(() -> run(seed)));
      }
      if (running.isEmpty()) {
        return "";
      }
      Run done = resultOf(running.removeFirst());
      String problem = look(done);
      if (!problem.isEmpty()) {
        return problem;
      }
    }
  }

  private static Run resultOf(Future<Run> running) {
    try {
      return running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the simulator itself failed", e.getCause());
    }
  }

  private static Run run(long seed) {
    SimulationResult result = Simulation.run(SimulationOptions.of(seed));
    boolean twice = seed % COMPARED_EVERY == 0 && result.violation() == null;
    return new Run(result, twice ? Simulation.run(SimulationOptions.of(seed)) : null);
  }

  private String look(Run run) {
    SimulationResult result = run.result();
    totals.add(result, run.isTwice());
    if (result.violation() != null) {
      String problem = "seed " + result.seed() + " breaks " + result.violation().getMessage();
      System.out.println(problem);
      System.out.println("  cluster: " + result.description());
      System.out.println(
          "  replay:  scripts/simulate.sh --seeds " + result.seed() + ".." + result.seed());
      result.violation().printStackTrace(System.out);
      return problem;
    }
    if (!run.isOneHistory()) {
      String problem = "seed " + result.seed() + " made two different histories";
      System.out.println(problem);
      return problem;
    }
    long now = System.nanoTime();
    if (now - nextLine > 0) {
      System.out.println(totals.line(now - start));
      nextLine = now + LINE_NANOS;
    }
    return "";
  }
}
