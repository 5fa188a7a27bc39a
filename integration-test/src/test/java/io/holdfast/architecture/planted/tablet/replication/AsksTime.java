package io.holdfast.architecture.planted.tablet.replication;

/** Wrong on purpose: a core that looks at the clock. */
public final class AsksTime {
  long now() {
    return System.nanoTime();
  }
}
