package io.holdfast.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Thousands of histories of the real cores under faults; none may break a promise. */
class SimulationTest {
  private static final long FIRST = Long.getLong("sim.first", 1);
  private static final long SEEDS = Long.getLong("sim.seeds", 1000);

  /** No promise is broken in a range of seeds, and a seed makes one history only. */
  @Test
  void everySeedKeepsEveryPromise() {
    long commits = 0;
    long elections = 0;
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      SimulationResult result = Simulation.run(SimulationOptions.of(seed));
      assertKept(result);
      commits += result.commits();
      elections += result.elections();
      if (seed % 100 == 0) {
        assertThat(Simulation.run(SimulationOptions.of(seed)).fingerprint())
            .as("fingerprint of seed %s, run twice", seed)
            .isEqualTo(result.fingerprint());
      }
    }
    // A simulator in which nothing happens finds nothing.
    assertThat(commits).isGreaterThan(SEEDS * 50);
    assertThat(elections).isGreaterThan(SEEDS * 2);
  }

  private static void assertKept(SimulationResult result) {
    if (result.violation() != null) {
      throw new AssertionError(
          "seed "
              + result.seed()
              + " breaks "
              + result.violation().getMessage()
              + "\ncluster: "
              + result.description()
              + "\nreplay: scripts/simulate.sh --seeds "
              + result.seed()
              + ".."
              + result.seed(),
          result.violation());
    }
  }
}
