package io.holdfast.tablet.storage;

/**
 * What a write did.
 *
 * @param outcome in a word
 * @param removed entries that a delete removed
 */
public record ApplyResult(Outcome outcome, long removed) {
  /** What a write did. */
  public enum Outcome {
    /** The row is in. */
    PUT,
    /** The row was there already and was to be put only if absent. */
    IGNORED,
    /** What was asked to go is gone, be it nothing. */
    DELETED
  }
}
