package io.holdfast.tablet.replication;

/** Told once how a write ended, on the loop that owns the partition. */
@FunctionalInterface
public interface WriteListener {
  /**
   * @param outcome how it ended
   * @param offset of the write's record; 0 when there is none
   */
  void onWriteDone(WriteOutcome outcome, long offset);
}
