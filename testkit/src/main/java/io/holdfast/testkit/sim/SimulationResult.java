package io.holdfast.testkit.sim;

import java.util.Map;

/**
 * What came of a history.
 *
 * @param seed that made it
 * @param violation the promise that was broken; null when all were kept
 * @param events how many events it had
 * @param fingerprint equal for two runs of the same seed
 * @param operations how many client operations ended
 * @param commits how many records were committed
 * @param elections how many terms were opened
 * @param snapshotsMade how many snapshots replicas made
 * @param snapshotsInstalled how many became the state of another replica
 * @param faults how many faults of each kind were made
 * @param virtualNanos how long the history was, on its own clock
 * @param description the shape of the cluster and the faults' mix
 */
public record SimulationResult(
    long seed,
    Violation violation,
    long events,
    long fingerprint,
    long operations,
    long commits,
    long elections,
    long snapshotsMade,
    long snapshotsInstalled,
    Map<String, Long> faults,
    long virtualNanos,
    String description) {
  public SimulationResult {
    faults = Map.copyOf(faults);
  }

  /** How many faults were made in all. */
  public long faultCount() {
    return faults.values().stream().mapToLong(Long::longValue).sum();
  }
}
