package io.holdfast.tablet;

import sun.misc.Signal;

/**
 * The signals that end a process. The JVM treats them all alike and tells shutdown hooks nothing,
 * but operators mean different things by them; this is the one place that tells them apart.
 */
final class ProcessSignals {
  private ProcessSignals() {}

  /**
   * Runs an action whenever the signal arrives, instead of what the JVM would do.
   *
   * @param name such as {@code TERM} or {@code INT}
   * @param action runs on a thread of the JVM's, which it must not keep
   */
  static void on(String name, Runnable action) {
    Signal.handle(new Signal(name), signal -> action.run());
  }
}
