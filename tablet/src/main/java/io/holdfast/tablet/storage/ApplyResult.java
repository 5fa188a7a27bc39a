package io.holdfast.tablet.storage;

/**
 * What a write did.
 *
 * @param outcome in a word
 * @param removed entries that a delete removed
 */
public record ApplyResult(Outcome outcome, long removed) {
  /** What a write did. The code stands in snapshots and never changes; 0 is none of them. */
  public enum Outcome {
    /** The row is in. */
    PUT(1),
    /** The row was there already and was to be put only if absent, or filled in. */
    IGNORED(2),
    /** What was asked to go is gone, be it nothing. */
    DELETED(3),
    /** The table is altered. */
    ALTERED(4),
    /** An added index finds a row that was there before. */
    FILLED(5);

    private final int code;

    Outcome(int code) {
      this.code = code;
    }

    /** From 1 to 127. */
    public int code() {
      return code;
    }
  }
}
