package io.holdfast.testkit.sim;

import java.util.Arrays;

/**
 * A course of events that chance alone takes too long to find. Each leads a cluster to the edge
 * that one rule of the protocol guards; what happens there is still up to chance.
 */
public enum Plot {
  /** No plot: independent faults. */
  NONE,
  /** A leader is cut off and given up at once, while its lease is still good and clocks differ. */
  LEASE_EDGE,
  /** As before, but those who made the promises restart before they are asked about them. */
  FORGOTTEN_PROMISES,
  /** A replica restarts just after it was fenced, and then hears the old leader first. */
  FORGOTTEN_TERM,
  /** Three leaders in turn, each dies with records that only it has. */
  OLD_TERMS,
  /** All who know the newest writes die, and one who missed them is there to be asked. */
  LEFT_BEHIND,
  /** One copy missed the newest writes, one loses them, and who has them is away for a while. */
  LEFT_DAMAGED,
  /** As before, but the one that loses them has lost its whole disk. */
  WIPED_MEMBER,
  /** The leader of five copies is cut off from the others, but not from the nameservers. */
  ISOLATED_LEADER_OF_FIVE,
  /** Everything is killed and comes back one by one, first a copy that was not in sync. */
  WHOLE_CLUSTER_DOWN,
  /** The nameservers lose sight of most tablets, among which all is well. */
  BLIND_NAMESERVERS,
  /** The last in-sync copy is lost for a while, and an operator goes on without it. */
  ACCEPTED_LOSS,
  /** ZooKeeper is put back to an old backup, and the nameservers are started anew. */
  ROLLED_BACK_ZOOKEEPER,
  /** A follower stands still and runs on, again and again, each time long enough to be missed. */
  STOP_AND_GO,
  /** The leader's disk answers nothing any more, for long. */
  STUCK_DISK,
  /**
   * Of two copies and a witness, one copy misses the newest writes and the other dies, so that only
   * the witness has them. Not among those that chance picks, whose number decides what later draws
   * of a seed mean.
   */
  BEST_LOG_ON_WITNESS,
  /**
   * A follower is cut off from its leader until it is left out, again and again, while writes never
   * cease; and they do not cease when everything is made whole. Not among those that chance picks
   * either.
   */
  LEFT_OUT_UNDER_LOAD;

  /** Those that chance may pick. */
  static Plot[] drawn() {
    return Arrays.copyOf(values(), BEST_LOG_ON_WITNESS.ordinal());
  }

  /** Whether it is about two copies and a witness. */
  boolean isAboutWitness() {
    return this == BEST_LOG_ON_WITNESS;
  }

  /** Whether writes never cease, and nothing but what happens keeps a copy from catching up. */
  boolean isUnderLoad() {
    return this == LEFT_OUT_UNDER_LOAD;
  }

  /**
   * Whether it watches that something is not done. Then nothing but the plot may give a reason to
   * do it, such as a network that happens to lose three heartbeats in a row.
   */
  boolean needsCleanNetwork() {
    return this == STUCK_DISK
        || this == ISOLATED_LEADER_OF_FIVE
        || this == BLIND_NAMESERVERS
        || this == ROLLED_BACK_ZOOKEEPER;
  }
}
