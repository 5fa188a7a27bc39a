package io.holdfast.nameserver.control;

/**
 * When the nameserver does not trust what it sees. All times in nanoseconds.
 *
 * @param massWindowNanos tablets that are lost within so long of each other are lost together
 * @param freezeNanos how long nothing is decided without proof after most tablets were lost at once
 * @param arbitrationNanos how long to ask around before a leader may drop its last companions
 * @param lossWaitNanos how long the copies that are there are asked before one of them becomes the
 *     truth by an operator's word; longer than any lease
 */
public record SafetySettings(
    long massWindowNanos, long freezeNanos, long arbitrationNanos, long lossWaitNanos) {
  private static final long MILLI = 1_000_000L;

  public static final SafetySettings DEFAULTS =
      new SafetySettings(5_000 * MILLI, 30_000 * MILLI, 500 * MILLI, 5_000 * MILLI);
}
