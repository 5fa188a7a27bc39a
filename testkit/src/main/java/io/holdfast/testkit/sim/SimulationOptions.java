package io.holdfast.testkit.sim;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.model.AckMode;

/**
 * What is fixed about a history; everything else follows from its seed.
 *
 * @param seed makes the history
 * @param mutants rules that are switched off
 * @param acks the table's acknowledgement mode; null for one that follows from the seed
 * @param plot a course of events to follow; null for one, or none, that follows from the seed
 * @param virtualSeconds how long faults go on, in simulated time at the shipped tempo
 */
public record SimulationOptions(
    long seed, Mutants mutants, AckMode acks, Plot plot, int virtualSeconds) {
  /** A history of the product as it ships. */
  public static SimulationOptions of(long seed) {
    return new SimulationOptions(seed, Mutants.NONE, null, null, 12);
  }
}
