package io.holdfast.tools.quickstart;

/** What became of a write, as far as its writer can know. */
public enum WriteOutcome {
  /** The cluster promised to keep it. */
  ACKNOWLEDGED,
  /** It was not done and will not be. */
  REFUSED,
  /** It was sent and not answered: it may be there or not, and neither is a broken promise. */
  UNKNOWN
}
