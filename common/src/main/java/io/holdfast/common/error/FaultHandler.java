package io.holdfast.common.error;

/**
 * Told about what must not happen: a broken invariant, or an exception nobody expected.
 *
 * <p>An ordinary failure, such as a peer that went away, is handled where it occurs and never comes
 * here. May be called from any thread and must not throw.
 */
@FunctionalInterface
public interface FaultHandler {
  /**
   * Acts on a fault; a server's handler usually stops what is broken.
   *
   * @param where what was being done, for the log
   * @param fault what was thrown
   */
  void handle(String where, Throwable fault);
}
