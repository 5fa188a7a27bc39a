package io.holdfast.jdbc.run;

import io.holdfast.jdbc.result.Rows;

/**
 * What a statement came to.
 *
 * @param rows null when it has none
 * @param count rows that were written; 0 when nothing is counted, {@link
 *     java.sql.Statement#SUCCESS_NO_INFO} when nobody knows how many there were
 */
public record Outcome(Rows rows, long count) {
  /** It was done, and there is nothing to tell. */
  static final Outcome DONE = new Outcome(null, 0);

  static Outcome of(Rows rows) {
    return new Outcome(rows, 0);
  }

  static Outcome written(long count) {
    return new Outcome(null, count);
  }
}
