package io.holdfast.client.retry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses which replica answers a read: each in turn, partition by partition, and those that failed
 * only when their time out is over. A server that fails again right after it stays out for twice as
 * long, up to a bound.
 *
 * <p>Owns no clock; deterministic. Not thread-safe.
 */
public final class ReplicaChooser {
  private static final long FIRST_OUT_MILLIS = 1_000;
  private static final long MOST_OUT_MILLIS = 10_000;
  private static final int MAX_SERVERS_OUT = 4_096;

  /**
   * Turns are counted for so many groups of partitions. Two partitions in one group share a count,
   * which at worst makes their spread less even.
   */
  private static final int TURNS = 4_096;

  private record Out(long untilMillis, long forMillis) {}

  private final int[] turns = new int[TURNS];
  private final Map<String, Out> out = new HashMap<>();

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
      if (!isOut(replica, nowMillis)) {
        return replica;
      }
    }
    return replicas.get(Math.floorMod(turn, replicas.size()));
  }

  /** A server did not answer. */
  public void failed(String server, long nowMillis) {
    if (out.size() >= MAX_SERVERS_OUT) {
      // Hardly any cluster has so many servers; forgetting who is out costs an attempt each.
      out.clear();
    }
    Out before = out.get(server);
    if (before != null && nowMillis < before.untilMillis()) {
      // Calls that were under way when the first one failed; they say nothing new.
      return;
    }
    long outMillis =
        before == null ? FIRST_OUT_MILLIS : Math.min(MOST_OUT_MILLIS, before.forMillis() * 2);
    out.put(server, new Out(nowMillis + outMillis, outMillis));
  }

  /** A server answered, whatever it said. */
  public void answered(String server) {
    if (!out.isEmpty()) {
      out.remove(server);
    }
  }

  private boolean isOut(String server, long nowMillis) {
    Out state = out.isEmpty() ? null : out.get(server);
    return state != null && nowMillis < state.untilMillis();
  }

  private static int group(long partition) {
    return (int) ((partition * 0x9E3779B97F4A7C15L) >>> 52);
  }
}
