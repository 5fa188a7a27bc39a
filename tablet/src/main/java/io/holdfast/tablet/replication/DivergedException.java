package io.holdfast.tablet.replication;

/** A replica was asked to remove what it knows to be committed, so that two truths exist. */
public final class DivergedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  DivergedException(String message) {
    super(message);
  }
}
