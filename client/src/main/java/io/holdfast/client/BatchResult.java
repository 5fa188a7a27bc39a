package io.holdfast.client;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What became of the rows of a batch, each for itself.
 *
 * @param rows one for each row, in the order in which they were given
 */
public record BatchResult(List<RowOutcome> rows) {
  public BatchResult {
    rows = List.copyOf(rows);
  }

  /** Whether every row was acknowledged. */
  public boolean isComplete() {
    return rows.stream().allMatch(RowOutcome::isWritten);
  }

  /** Positions of the rows that were not acknowledged, whether they may be there or not. */
  public List<Integer> failed() {
    return IntStream.range(0, rows.size()).filter(i -> !rows.get(i).isWritten()).boxed().toList();
  }

  /**
   * The result itself, for those who only want to know whether all went well.
   *
   * @throws HoldfastException that of the first row whose outcome is not known, if there is one;
   *     else that of the first row that failed. Other rows may have been written
   */
  public BatchResult orThrow() {
    HoldfastException first = null;
    for (RowOutcome row : rows) {
      HoldfastException failure = row.failure().orElse(null);
      if (failure != null
          && (first == null || (failure.outcomeUnknown() && !first.outcomeUnknown()))) {
        first = failure;
      }
    }
    if (first != null) {
      throw first;
    }
    return this;
  }
}
