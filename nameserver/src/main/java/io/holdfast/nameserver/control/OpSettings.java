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
 * @param indexGraceMillis a new index is filled so long after all leaders have it at the earliest:
 *     OpenMLDB's clients hear of it meanwhile, and put what they put from then on into it
 *     themselves
 * @param maxFinished so many operations that are over are remembered
 */
public record OpSettings(
    long changeLeaderMillis,
    long moveMillis,
    long firstRetryMillis,
    long lastRetryMillis,
    long coalesceMillis,
    long indexGraceMillis,
    int maxFinished) {
  public static final OpSettings DEFAULTS =
      new OpSettings(5_000, 7_200_000, 500, 30_000, 60_000, 3_000, 1_000);

  /**
   * How long an operation may take from its beginning; 0 for as long as it takes. To fill an index
   * takes longer the larger the table is, and to give up would throw all of it away: that is for an
   * operator to decide.
   */
  long deadlineMillis(OpType type) {
    return switch (type) {
      case ADD_INDEX -> 0;
      case CHANGE_LEADER -> changeLeaderMillis;
      default -> moveMillis;
    };
  }

  /** How long to wait after an attempt before the next. */
  long retryMillis(int attempts) {
    return Math.min(lastRetryMillis, firstRetryMillis << Math.min(Math.max(0, attempts - 1), 16));
  }
}
