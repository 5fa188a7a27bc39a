package io.holdfast.client.discovery;

/**
 * When to ask other servers where the nameservers are: after as many questions in a row as there
 * are nameservers have been in vain, and then not again for a while, however many calls are tried
 * again meanwhile. Many clients miss the nameservers at the same time, and must not turn on the
 * tablets. Knows no clock. Thread-safe.
 */
final class LookRound {
  /** From one look round to the next. */
  static final long PAUSE_MILLIS = 3_000;

  /** Failures further apart are not in a row: there was time for successes between them. */
  static final long IN_A_ROW_MILLIS = 30_000;

  private boolean failedBefore;
  private long failedAtMillis;
  private int inVain;
  private boolean lookedBefore;
  private long lookedAtMillis;

  /**
   * A nameserver was asked in vain.
   *
   * @param known how many nameservers are known
   * @param nowMillis the present, on any steady clock
   * @return whether to ask others now
   */
  synchronized boolean failed(int known, long nowMillis) {
    boolean inARow = failedBefore && nowMillis - failedAtMillis <= IN_A_ROW_MILLIS;
    inVain = inARow ? inVain + 1 : 1;
    failedBefore = true;
    failedAtMillis = nowMillis;
    boolean rests = lookedBefore && nowMillis - lookedAtMillis < PAUSE_MILLIS;
    if (inVain < known || rests) {
      return false;
    }
    inVain = 0;
    lookedBefore = true;
    lookedAtMillis = nowMillis;
    return true;
  }
}
