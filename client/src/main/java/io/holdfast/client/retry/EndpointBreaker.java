package io.holdfast.client.retry;

import java.util.HashMap;
import java.util.Map;

/**
 * Which servers are passed over because they did not answer: for a second at first, twice as long
 * each time that they fail again right after it, up to a bound. An answer, whatever it says, ends
 * it. Whether to ask one all the same, being the only one for example, is the caller's business.
 *
 * <p>Owns no clock; deterministic. Not thread-safe.
 */
public final class EndpointBreaker {
  private static final long FIRST_OUT_MILLIS = 1_000;
  private static final long MOST_OUT_MILLIS = 10_000;
  private static final int MAX_SERVERS_OUT = 4_096;

  private record Out(long untilMillis, long forMillis) {}

  private final Map<String, Out> out = new HashMap<>();

  /**
   * A server did not answer.
   *
   * @param nowMillis the present, on any steady clock
   */
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

  /** Whether a server is to be passed over now. */
  public boolean isOut(String server, long nowMillis) {
    Out state = out.isEmpty() ? null : out.get(server);
    return state != null && nowMillis < state.untilMillis();
  }
}
