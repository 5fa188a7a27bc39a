package io.holdfast.common.time;

/**
 * Time as a server sees it. Cores never hold a clock; their drivers read one and pass the value in.
 *
 * <p>Thread-safe.
 */
public interface Clock {
  /**
   * Monotonic time. Leases and time-outs use it and nothing else does.
   *
   * @return nanoseconds since an arbitrary origin; never goes back within a process
   */
  long nanoTime();

  /**
   * Wall time. Row timestamps and time-to-live use it; nothing that must be safe does.
   *
   * @return milliseconds since the Unix epoch
   */
  long currentTimeMillis();
}
