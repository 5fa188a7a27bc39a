package io.holdfast.tools.quickstart;

/** Lets a moment pass between two looks at the cluster. A test lets its own time pass instead. */
@FunctionalInterface
public interface Pause {
  /** Waits for about this long. */
  void nanos(long nanos);
}
