package io.holdfast.sql.query;

import java.util.concurrent.CompletionStage;

/** Fetches rows, from here or from other servers. */
@FunctionalInterface
public interface RowSource {
  /**
   * Fetches a page. Rows that are too old for the index are left out.
   *
   * <p>The executor works on the thread that completes the stage: to decode, compute and sort there
   * what a page holds must be all right for that thread. The source also bounds the statement in
   * time: it fails a request when the statement has had its time.
   */
  CompletionStage<RowPage> rows(RowRequest request);

  /**
   * Counts the rows of a page; otherwise as {@link #rows}. A source that need not fetch them for
   * that answers with {@link RowPage#counted}.
   */
  default CompletionStage<RowPage> counts(RowRequest request) {
    return rows(request);
  }
}
