package io.holdfast.client.retry;

import java.util.List;
import java.util.Optional;

/**
 * Chooses which replica answers a read: each in turn, partition by partition, and those that failed
 * only when their time out is over ({@link EndpointBreaker}), or when all are out.
 *
 * <p>Owns no clock; deterministic. Not thread-safe.
 */
public final class ReplicaChooser {
  /**
   * Turns are counted for so many groups of partitions. Two partitions in one group share a count,
   * which at worst makes their spread less even.
   */
  private static final int TURNS = 4_096;

  private final int[] turns = new int[TURNS];
  private final EndpointBreaker breaker = new EndpointBreaker();

  /**
   * The replica whose turn it is; one that is out when all are.
   *
   * @param partition any number that tells partitions apart
   * @param replicas not empty, in the same order every time
   * @param nowMillis the present, on any steady clock
   */
  public String choose(long partition, List<String> replicas, long nowMillis) {
    int turn = turns[group(partition)]++;
    for (int i = 0; i < replicas.size(); i++) {
      String replica = replicas.get(Math.floorMod(turn + i, replicas.size()));
      if (!breaker.isOut(replica, nowMillis)) {
        return replica;
      }
    }
    return replicas.get(Math.floorMod(turn, replicas.size()));
  }

  /**
   * Somebody else to ask as well, who is not out. Counts no turn: who is asked first by the reads
   * that follow does not depend on it.
   *
   * @param asked the replica that is left out
   * @return empty when all others are out, or there are none
   */
  public Optional<String> other(
      long partition, List<String> replicas, String asked, long nowMillis) {
    int turn = turns[group(partition)];
    for (int i = 0; i < replicas.size(); i++) {
      String replica = replicas.get(Math.floorMod(turn + i, replicas.size()));
      if (!replica.equals(asked) && !breaker.isOut(replica, nowMillis)) {
        return Optional.of(replica);
      }
    }
    return Optional.empty();
  }

  /** A server did not answer. */
  public void failed(String server, long nowMillis) {
    breaker.failed(server, nowMillis);
  }

  /** A server answered, whatever it said. */
  public void answered(String server) {
    breaker.answered(server);
  }

  private static int group(long partition) {
    return (int) ((partition * 0x9E3779B97F4A7C15L) >>> 52);
  }
}
