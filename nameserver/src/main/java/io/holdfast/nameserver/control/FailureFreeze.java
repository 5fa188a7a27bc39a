package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;

/**
 * Notices when most tablets seem to be lost at once. More likely than the death of them all is that
 * this nameserver is cut off; to act on what it cannot see would then take leaders from groups that
 * are well. So for a while only what tablets themselves say counts.
 *
 * <p>A freeze ends when half of the tablets are there again, or when its time is up.
 */
final class FailureFreeze {
  private final SafetySettings settings;
  private final long suspectNanos;
  private final Mutants mutants;
  private final TabletRegistry tablets;
  private boolean frozen;
  private long since;

  /**
   * @param suspectNanos a tablet that was never heard is missed after so long
   */
  FailureFreeze(
      SafetySettings settings, long suspectNanos, Mutants mutants, TabletRegistry tablets) {
    this.settings = settings;
    this.suspectNanos = suspectNanos;
    this.mutants = mutants;
    this.tablets = tablets;
  }

  /** Looks at the tablets and the clock; returns whether the freeze has begun or ended. */
  boolean look(long now) {
    boolean before = frozen;
    int all = tablets.all().size();
    int alive = 0;
    int lostTogether = 0;
    for (TabletHealth tablet : tablets.all()) {
      if (tablet.isAlive()) {
        alive++;
      } else if (tablet.isMissed(suspectNanos, now)
          && tablet.unchangedNanos(now) < settings.massWindowNanos()) {
        lostTogether++;
      }
    }
    if (frozen) {
      frozen = alive * 2 < all && now - since < settings.freezeNanos();
    } else if (lostTogether * 2 > all) {
      frozen = true;
      since = now;
    }
    return frozen != before;
  }

  /** Whether absence proves nothing at the moment. */
  boolean isFrozen() {
    return frozen && !mutants.has(Mutant.FREEZE_IGNORED);
  }
}
