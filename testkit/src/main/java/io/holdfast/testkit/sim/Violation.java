package io.holdfast.testkit.sim;

/** A promise of the protocol was broken in a simulated history. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Violation(String invariant, String what) {
    super(invariant + ": " + what);
  }

  Violation(String invariant, String what, Throwable cause) {
    super(invariant + ": " + what, cause);
  }
}
