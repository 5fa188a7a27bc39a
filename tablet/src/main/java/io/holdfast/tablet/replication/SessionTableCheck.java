package io.holdfast.tablet.replication;

/** For tools that look at the sessions in a snapshot and do not keep them. Stateless. */
public final class SessionTableCheck {
  private SessionTableCheck() {}

  /**
   * Reads a table of sessions through.
   *
   * @param encoded as a snapshot holds it; empty for a table without sessions
   * @throws IllegalArgumentException when it is not what a tablet wrote
   */
  public static void check(byte[] encoded) {
    new SessionTable(SessionLimits.DEFAULTS).restore(encoded);
  }
}
