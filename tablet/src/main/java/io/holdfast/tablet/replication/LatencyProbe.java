package io.holdfast.tablet.replication;

/**
 * Measures how long records take to reach somewhere: one record at a time, so that it costs nothing
 * per record. The next one is taken when the last one has arrived.
 */
final class LatencyProbe {
  private static final long NONE = -1;

  private final LatencyWindow window;
  private long offset = NONE;
  private long begunAt;

  LatencyProbe(long windowNanos) {
    this.window = new LatencyWindow(windowNanos);
  }

  /** The record at this offset is on its way. */
  void began(long ofOffset, long now) {
    if (offset == NONE) {
      offset = ofOffset;
      begunAt = now;
    }
  }

  /** All records up to this offset have arrived. */
  void reached(long upTo, long now) {
    if (offset != NONE && offset <= upTo) {
      window.record(now - begunAt, now);
      offset = NONE;
    }
  }

  /** What is under way is not measured: it may be lost, or the measuring was interrupted. */
  void forget() {
    offset = NONE;
  }

  /** Forgets what was measured, too. */
  void restart() {
    forget();
    window.clear();
  }

  LatencyWindow window() {
    return window;
  }
}
