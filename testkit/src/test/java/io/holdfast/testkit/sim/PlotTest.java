package io.holdfast.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.model.AckMode;
import org.junit.jupiter.api.Test;

/** Histories that are led where a rule of the protocol matters, with all rules in place. */
class PlotTest {
  private static final int VIRTUAL_SECONDS = 12;

  /** The places where mutants are looked for are clean when every rule holds. */
  @Test
  void plotsAreCleanWhenEveryRuleHolds() {
    for (Plot plot : Plot.values()) {
      for (AckMode acks : new AckMode[] {AckMode.ALL, AckMode.MAJORITY}) {
        for (long seed = 1; seed <= 40; seed++) {
          SimulationOptions options =
              new SimulationOptions(seed, Mutants.NONE, acks, plot, VIRTUAL_SECONDS);
          assertThat(Simulation.run(options).violation())
              .as("seed %s, %s, %s", seed, acks, plot)
              .isNull();
        }
      }
    }
  }
}
