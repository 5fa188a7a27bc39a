package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.OpType;

/**
 * How long operations are tried. Wall times in milliseconds, since they outlive a nameserver.
 *
 * @param changeLeaderMillis after this a change of leader that was asked for is given up
 * @param moveMillis after this an operation that copies or removes replicas is given up
 * @param firstRetryMillis an attempt that failed is repeated after so long, then after twice as
 *     long
 * @param lastRetryMillis but never after more than this
 * @param coalesceMillis what the nameserver decides again within so long is one operation
 * @param maxFinished so many operations that are over are remembered
 */
public record OpSettings(
    long changeLeaderMillis,
    long moveMillis,
    long firstRetryMillis,
    long lastRetryMillis,
    long coalesceMillis,
    int maxFinished) {
  public static final OpSettings DEFAULTS =
      new OpSettings(5_000, 7_200_000, 500, 30_000, 60_000, 1_000);

  /** How long an operation may take from its beginning. */
  long deadlineMillis(OpType type) {
    return type == OpType.CHANGE_LEADER ? changeLeaderMillis : moveMillis;
  }

  /** How long to wait after an attempt before the next. */
  long retryMillis(int attempts) {
    return Math.min(lastRetryMillis, firstRetryMillis << Math.min(Math.max(0, attempts - 1), 16));
  }
}
