package io.holdfast.client.retry;

/**
 * Bounds on repeating. Immutable.
 *
 * @param initialBackoffMillis the wait before the second attempt, before jitter
 * @param maxBackoffMillis the longest wait that is ever chosen; a server's own wish is cut to it
 * @param attemptTimeoutMillis how long one attempt may take when another may follow
 * @param maxAttempts after so many attempts there is no other one
 * @param maxStaleRoutes how often "table does not exist" is taken for an old route
 */
public record RetrySettings(
    long initialBackoffMillis,
    long maxBackoffMillis,
    long attemptTimeoutMillis,
    int maxAttempts,
    int maxStaleRoutes) {

  /** 20 ms doubling to 1 s, 5 s for an attempt, 100 attempts. */
  public static final RetrySettings DEFAULT = new RetrySettings(20, 1_000, 5_000, 100, 2);

  public RetrySettings {
    if (initialBackoffMillis < 1
        || maxBackoffMillis < initialBackoffMillis
        || attemptTimeoutMillis < 1
        || maxAttempts < 1
        || maxStaleRoutes < 0) {
      throw new IllegalArgumentException(
          "retry settings out of range: back-off "
              + initialBackoffMillis
              + ".."
              + maxBackoffMillis
              + " ms, attempt "
              + attemptTimeoutMillis
              + " ms, "
              + maxAttempts
              + " attempts, "
              + maxStaleRoutes
              + " stale routes");
    }
  }
}
