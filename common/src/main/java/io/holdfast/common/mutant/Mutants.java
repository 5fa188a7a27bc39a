package io.holdfast.common.mutant;

import java.util.EnumSet;
import java.util.Set;

/** The rules that are switched off: none in production, at most a few in a test. Immutable. */
public final class Mutants {
  /** Every rule holds. */
  public static final Mutants NONE = new Mutants(EnumSet.noneOf(Mutant.class));

  private static final String PERMISSION = "holdfast.mutants";

  private final Set<Mutant> active;

  private Mutants(Set<Mutant> active) {
    this.active = active;
  }

  /**
   * Switches rules off.
   *
   * @throws IllegalStateException unless the process was started with {@code
   *     -Dholdfast.mutants=true}, as test builds are
   */
  public static Mutants of(Set<Mutant> mutants) {
    if (mutants.isEmpty()) {
      return NONE;
    }
    if (!Boolean.getBoolean(PERMISSION)) {
      throw new IllegalStateException(
          "rules can be switched off only in tests (-D" + PERMISSION + "=true)");
    }
    return new Mutants(EnumSet.copyOf(mutants));
  }

  /** Whether this rule is switched off. */
  public boolean has(Mutant mutant) {
    return active.contains(mutant);
  }

  @Override
  public String toString() {
    return active.toString();
  }
}
