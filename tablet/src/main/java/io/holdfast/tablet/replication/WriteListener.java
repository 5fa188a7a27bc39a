package io.holdfast.tablet.replication;

/** Told once how a write ended, on the loop that owns the partition. */
@FunctionalInterface
public interface WriteListener {
  /**
   * @param outcome how it ended
   * @param offset of the write's record, the first one if it was sent more than once; for {@link
   *     WriteOutcome#SESSION_FORGOTTEN} what a new session has begun after; else 0
   * @param result of {@link ReplicaStore#apply} with {@link WriteOutcome#OK}; 0 when the answer did
   *     not wait for that
   */
  void onWriteDone(WriteOutcome outcome, long offset, int result);
}
