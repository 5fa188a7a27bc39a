package io.holdfast.tablet.storage;

/**
 * There is no memory for rows that must be taken: they are committed, or belong to a state that is
 * loaded. The engine is in the middle of something and must not be gone on with; a new one may be
 * made from the disk when there is memory again.
 */
public final class MemoryExhaustedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  MemoryExhaustedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether it is what a failure comes from. */
  public static boolean isCauseOf(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 10; depth++) {
      if (at instanceof MemoryExhaustedException) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }
}
