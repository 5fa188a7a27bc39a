package io.holdfast.protocol.rpc;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts unfinished requests to one endpoint against their bounds. Callers take on their own
 * thread, before anything is queued, so that a flood is refused where it comes from. Thread-safe.
 */
final class InFlight {
  private final int maxRequests;
  private final long maxBytes;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  InFlight(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  boolean take(long size) {
    if (requests.incrementAndGet() > maxRequests) {
      requests.decrementAndGet();
      return false;
    }
    if (bytes.addAndGet(size) > maxBytes) {
      give(size);
      return false;
    }
    return true;
  }

  void give(long size) {
    bytes.addAndGet(-size);
    requests.decrementAndGet();
  }

  @Override
  public String toString() {
    return requests + " of " + maxRequests + " requests, " + bytes + " of " + maxBytes + " bytes";
  }

  boolean isEmpty() {
    return requests.get() == 0 && bytes.get() == 0;
  }
}
