package io.holdfast.client.call;

import io.holdfast.common.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * Which tablets are too old to take puts in frames. Asked again after a while: they may be newer by
 * then. Thread-safe.
 */
final class FrameSupport {
  private static final long ASK_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Clock clock;
  private final ConcurrentMap<String, Long> without = new ConcurrentHashMap<>();

  FrameSupport(Clock clock) {
    this.clock = clock;
  }

  boolean hasFrames(String endpoint) {
    Long since = without.get(endpoint);
    return since == null || clock.nanoTime() - since >= ASK_AGAIN_NANOS;
  }

  void hasNone(String endpoint) {
    without.put(endpoint, clock.nanoTime());
  }
}
