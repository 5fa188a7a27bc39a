package io.holdfast.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.model.AckMode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator notices the absence of every rule: otherwise its silence would mean nothing. */
class MutantTest {
  private static final int SEEDS = 600;
  private static final int VIRTUAL_SECONDS = 12;

  /**
   * Where to look for a rule's absence: a mode in which it is needed, and a plot that leads there.
   */
  private record Hunt(AckMode acks, Plot plot) {}

  private static final Map<Mutant, Hunt> AIMED = new EnumMap<>(Mutant.class);

  static {
    AIMED.put(Mutant.AMNESIAC_COUNTED, new Hunt(AckMode.MAJORITY, Plot.LEFT_DAMAGED));
    AIMED.put(Mutant.CORRUPT_COUNTED, new Hunt(AckMode.MAJORITY, Plot.LEFT_DAMAGED));
    AIMED.put(Mutant.LOST_STATE_COUNTED, new Hunt(AckMode.MAJORITY, Plot.LEFT_DAMAGED));
    AIMED.put(Mutant.AMNESIA_FORGOTTEN_AT_RESTART, new Hunt(AckMode.ALL, Plot.LEFT_DAMAGED));
    AIMED.put(Mutant.RESYNC_TOO_EARLY, new Hunt(AckMode.ALL, Plot.LEFT_DAMAGED));
    AIMED.put(Mutant.WIPED_DISK_KEEPS_UID, new Hunt(AckMode.MAJORITY, Plot.WIPED_MEMBER));
    AIMED.put(Mutant.SUSPECT_PREFERRED, new Hunt(AckMode.MAJORITY, Plot.LEFT_DAMAGED));
    AIMED.put(Mutant.COMMIT_OLD_TERM, new Hunt(AckMode.MAJORITY, Plot.OLD_TERMS));
    AIMED.put(Mutant.LEASE_NOT_JOINT, new Hunt(AckMode.ALL, Plot.LEASE_EDGE));
    AIMED.put(Mutant.CHANGE_BY_CONTENT, new Hunt(AckMode.ALL, null));
    AIMED.put(Mutant.TRANSFER_WITHOUT_CATCH_UP, new Hunt(AckMode.MAJORITY, Plot.NONE));
    AIMED.put(Mutant.ELECT_BY_OFFSET, new Hunt(AckMode.MAJORITY, null));
    AIMED.put(Mutant.SMALL_ELECTION_QUORUM, new Hunt(AckMode.MAJORITY, Plot.LEFT_BEHIND));
    AIMED.put(Mutant.SHRINK_ON_ELECT_MAJORITY, new Hunt(AckMode.MAJORITY, null));
    AIMED.put(Mutant.TERM_FORGOTTEN, new Hunt(AckMode.MAJORITY, Plot.FORGOTTEN_TERM));
    AIMED.put(Mutant.DEPOSED_LEADER_IS_CURRENT, new Hunt(AckMode.MAJORITY, Plot.LEASE_EDGE));
    AIMED.put(Mutant.NO_LEASE_WAIT, new Hunt(AckMode.ALL, Plot.LEASE_EDGE));
    AIMED.put(Mutant.ANY_ANSWER_CANCELS_GRANTS, new Hunt(AckMode.ALL, Plot.LEASE_EDGE));
    AIMED.put(Mutant.NO_LEASE_MARGIN, new Hunt(AckMode.MAJORITY, Plot.LEASE_EDGE));
    AIMED.put(Mutant.NO_SHRINK_ARBITRATION, new Hunt(null, Plot.ISOLATED_LEADER_OF_FIVE));
    AIMED.put(Mutant.FREEZE_IGNORED, new Hunt(null, Plot.BLIND_NAMESERVERS));
    AIMED.put(Mutant.ALL_DOWN_TAKES_OUTSIDER, new Hunt(null, Plot.WHOLE_CLUSTER_DOWN));
    AIMED.put(Mutant.ROLLED_BACK_ZK_TRUSTED, new Hunt(null, Plot.ROLLED_BACK_ZOOKEEPER));
    AIMED.put(Mutant.STALLED_DISK_HEARTBEATS, new Hunt(AckMode.ALL, Plot.STUCK_DISK));
    AIMED.put(Mutant.MIGRATE_REMOVES_FIRST, new Hunt(AckMode.ALL, Plot.NONE));
    AIMED.put(Mutant.FULL_DISK_ACKS, new Hunt(AckMode.ALL, Plot.NONE));
    AIMED.put(Mutant.READMIT_AT_ONCE, new Hunt(AckMode.ALL, Plot.STOP_AND_GO));
    AIMED.put(Mutant.DIVERGED_LEFT_ALONE, new Hunt(null, Plot.ACCEPTED_LOSS));
    AIMED.put(Mutant.LOSS_WITHOUT_NEED, new Hunt(null, Plot.ACCEPTED_LOSS));
    AIMED.put(Mutant.LEASE_NOT_JOINT, new Hunt(AckMode.ALL, Plot.FORGOTTEN_PROMISES));
    AIMED.put(Mutant.WITNESS_ELECTED, new Hunt(AckMode.MAJORITY, Plot.BEST_LOG_ON_WITNESS));
    AIMED.put(Mutant.WITNESS_DROPS_EARLY, new Hunt(AckMode.MAJORITY, Plot.BEST_LOG_ON_WITNESS));
    AIMED.put(
        Mutant.WITNESS_SUFFIX_NOT_FETCHED, new Hunt(AckMode.MAJORITY, Plot.BEST_LOG_ON_WITNESS));
    AIMED.put(Mutant.PROBATION_NEEDS_LEVEL, new Hunt(AckMode.ALL, Plot.LEFT_OUT_UNDER_LOAD));
    AIMED.put(Mutant.RESTART_FORGETS_GRANT, new Hunt(AckMode.ALL, Plot.FORGOTTEN_PROMISES));
  }

  @ParameterizedTest
  @EnumSource(Mutant.class)
  void theAbsenceOfARuleIsCaught(Mutant mutant) {
    Hunt hunt = AIMED.getOrDefault(mutant, new Hunt(null, null));
    long caughtBy = 0;
    for (long seed = 1; seed <= SEEDS && caughtBy == 0; seed++) {
      SimulationOptions options =
          new SimulationOptions(
              seed, Mutants.of(Set.of(mutant)), hunt.acks(), hunt.plot(), VIRTUAL_SECONDS);
      if (Simulation.run(options).violation() != null) {
        caughtBy = seed;
      }
    }
    assertThat(caughtBy)
        .as("first of %s seeds that shows the absence of %s", SEEDS, mutant)
        .isPositive();
    System.out.println("mutant " + mutant + " caught by seed " + caughtBy);
  }
}
