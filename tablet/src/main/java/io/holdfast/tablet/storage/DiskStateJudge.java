package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import java.util.Arrays;

/**
 * Says whether the state that is found in a disk engine's directory may be gone on with. The log
 * decides: it is the only record of what this copy has. A state is one that the log makes if it was
 * left at a checkpoint, is of this very copy, and the log has the checkpoint's last record, by
 * offset and term, or begins right behind it. In every other case it is removed, and made anew of
 * snapshot and log.
 *
 * <p>So it does no harm that a state is ahead of the log: after a crash of a machine under
 * durability=os, after records were cut off the log's end, or when the log was begun anew behind a
 * snapshot of another replica.
 *
 * <p>Stateless.
 */
public final class DiskStateJudge {
  /** What the log has. */
  @FunctionalInterface
  public interface Log {
    /** Whether it has this record, or begins right behind it. */
    boolean continues(long term, long offset);
  }

  private DiskStateJudge() {}

  /**
   * Judges a state.
   *
   * @param copy that is opened
   * @param flags what is wrong with it
   * @param checkpoint that was found; null for none
   * @param step that was found; null for none
   * @return null when it may be used; otherwise why not
   */
  static String objection(
      DiskIdentity copy, ReplicaFlags flags, Log log, DiskCheckpoint checkpoint, byte[] step) {
    if (checkpoint == null) {
      return "it was not completed";
    }
    if (!checkpoint.identity().equals(copy)) {
      return "it is of " + checkpoint.identity() + ", not of " + copy;
    }
    if (!Arrays.equals(step, DiskChanges.step(checkpoint.step(), checkpoint.offset()))) {
      return "it was left between two checkpoints";
    }
    if (flags.has(Flag.DIVERGED) || flags.has(Flag.CORRUPT)) {
      return "the replica is " + flags;
    }
    if (!log.continues(checkpoint.term(), checkpoint.offset())) {
      return "the log does not have its last record "
          + checkpoint.term()
          + ":"
          + checkpoint.offset();
    }
    return null;
  }
}
