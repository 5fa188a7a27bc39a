package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.WriteId;

/**
 * A leader's part in altering its table: it writes the alterations once, and again when they were
 * not taken. The nameserver repeats its order until they are applied.
 */
final class Altering {
  private final ReplicaState state;

  /** Version that this leadership has written, and that is committed or may still be. */
  private int written;

  Altering(ReplicaState state) {
    this.state = state;
  }

  /**
   * Writes alterations, unless they are applied or on their way. Those of an earlier leadership may
   * be in the log, too: applying them twice does nothing.
   */
  void asked(LeaderRole leader, Alterations wanted, ReplicaStore store, long now, Ready out) {
    if (!leader.isActive() || wanted.version() <= Math.max(store.alterations(), written)) {
      return;
    }
    byte[] payload = store.payload(wanted);
    if (payload == null) {
      return;
    }
    written = wanted.version();
    leader.onWrite(
        WriteId.NONE,
        payload,
        (outcome, offset, result) -> {
          if (outcome != WriteOutcome.OK && !state.lacks(Mutant.ALTERATION_NOT_REPEATED)) {
            written = 0;
          }
        },
        now,
        out);
  }
}
