package io.holdfast.jdbc.run;

import java.sql.SQLException;

/**
 * A row or statement of a batch that failed.
 *
 * @param position in the batch, from 0
 */
public record BatchFailure(int position, Fate fate, SQLException cause) {
  /** What became of it. */
  public enum Fate {
    /** It was refused: nothing of it is written. */
    REFUSED,
    /** It may have been written, in whole or in part, or may still be. */
    UNKNOWN,
    /** It was not sent, because time was over, or the call cancelled or interrupted. */
    NOT_SENT
  }

  /** Whether it may have been written, or may still be. */
  public boolean outcomeUnknown() {
    return fate == Fate.UNKNOWN;
  }

  /** Whether it was never sent. */
  public boolean notSent() {
    return fate == Fate.NOT_SENT;
  }
}
