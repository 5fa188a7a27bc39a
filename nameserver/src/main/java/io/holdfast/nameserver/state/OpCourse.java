package io.holdfast.nameserver.state;

import java.util.Objects;

/**
 * How far an operation is, as far as that must be known to go on with it, or to explain its end.
 * All times are wall times in milliseconds since 1970; 0 for not yet, or never. Immutable.
 *
 * @param task OpenMLDB's name of the step that it waits for or ended at; empty for none
 * @param progress what that means here, in words
 * @param error why it failed or was cancelled; else empty
 * @param attempts how often it was begun
 * @param startMillis when it was first begun
 * @param endMillis when it ended
 * @param deadlineMillis when it is given up
 * @param retryMillis before this it is not begun again
 */
public record OpCourse(
    OpState state,
    String task,
    String progress,
    String error,
    int attempts,
    long startMillis,
    long endMillis,
    long deadlineMillis,
    long retryMillis) {
  /** Nothing was done yet. */
  public static final OpCourse WAITING = new OpCourse(OpState.INITED, "", "", "", 0, 0, 0, 0, 0);

  private static final int MAX_TEXT = 1000;

  public OpCourse {
    Objects.requireNonNull(state);
    task = cut(task);
    progress = cut(progress);
    error = cut(error);
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 3) + "...";
  }

  /** Begun, for the first time or again. */
  public OpCourse begun(long nowMillis, long deadline, long retry) {
    return new OpCourse(
        OpState.DOING,
        "",
        "",
        "",
        attempts + 1,
        startMillis == 0 ? nowMillis : startMillis,
        0,
        deadlineMillis == 0 ? deadline : deadlineMillis,
        retry);
  }

  /** It has to wait, and is looked at anew when it is its turn. */
  public OpCourse putBack(String why) {
    return new OpCourse(
        OpState.INITED, "", why, "", attempts, startMillis, 0, deadlineMillis, retryMillis);
  }

  /**
   * It has ended.
   *
   * @param why empty when all is well
   */
  public OpCourse ended(OpState end, String atTask, String text, String why, long nowMillis) {
    return new OpCourse(
        end,
        atTask,
        text,
        why,
        attempts,
        startMillis == 0 ? nowMillis : startMillis,
        nowMillis,
        deadlineMillis,
        0);
  }
}
