package io.holdfast.testkit.sim;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the operators of some histories do besides. Decided by the seed and not by a draw, so that
 * the other histories are what they would be without it.
 */
enum OperatorHabit {
  /** They switch automatic failover off for a while, now and then. */
  MANUAL(2),

  /** They have the copies of tablets that stay away made anew after a short while. */
  IMPATIENT(4),

  /** They empty tablets, spread copies and leaders, and change how many copies there are. */
  TIDY(6);

  private static final int KINDS = 8;

  private final int remainder;

  OperatorHabit(int remainder) {
    this.remainder = remainder;
  }

  static Set<OperatorHabit> of(long seed) {
    Set<OperatorHabit> habits = EnumSet.noneOf(OperatorHabit.class);
    for (OperatorHabit habit : values()) {
      if (Math.floorMod(seed, KINDS) == habit.remainder) {
        habits.add(habit);
      }
    }
    return habits;
  }
}
