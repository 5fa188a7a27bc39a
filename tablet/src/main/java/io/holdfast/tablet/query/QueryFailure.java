package io.holdfast.tablet.query;

/** Why a query has no answer, as one sentence for whoever asked. */
final class QueryFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What may help. */
  enum Kind {
    /** Nothing here: the answer would be the same. */
    FINAL,
    /** It is not known where the rows are; nothing was done. */
    NOT_BEGUN,
    /** The tables have changed since they were read; the query can be begun anew. */
    TABLES_CHANGED,
    /** It has had its time. */
    TIMED_OUT,
    /** Nobody waits for it any more. */
    CANCELLED
  }

  private final Kind kind;

  QueryFailure(Kind kind, String message) {
    // Where it was thrown says nothing about where the rows are.
    super(message, null, false, false);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
