package io.holdfast.client.retry;

/**
 * What to do after an attempt. Immutable.
 *
 * @param action what to do
 * @param delayMillis how long to wait first; 0 unless {@code action} is a retry
 * @param leaderHint where to go, when the last answer named a leader; else empty
 * @param state the state to hand in after the next attempt
 * @param outOfTime of a decision to give up: whether there was no time left for another attempt
 */
public record Decision(
    Action action, long delayMillis, String leaderHint, RetryState state, boolean outOfTime) {

  /** The moves there are. */
  public enum Action {
    /** The answer stands: hand it to the caller, whatever its code. */
    DONE,
    /** Ask the same server again. */
    RETRY_SAME_ENDPOINT,
    /** Learn the route anew (or follow the hint), then ask again. */
    REFRESH_ROUTE_AND_RETRY,
    /**
     * Name the write anew, under a new session, and ask the same server again. Decided only when
     * the write was certainly not done under its old name, or may be done twice.
     */
    NEW_SESSION_AND_RETRY,
    /** Stop. Nothing was done and nothing will be. */
    GIVE_UP_FAILED,
    /** Stop. The operation may or may not have been done, and may still happen. */
    GIVE_UP_UNKNOWN
  }

  public boolean isRetry() {
    return action == Action.RETRY_SAME_ENDPOINT
        || action == Action.REFRESH_ROUTE_AND_RETRY
        || action == Action.NEW_SESSION_AND_RETRY;
  }
}
