package io.holdfast.tablet.partition;

/**
 * The files of a replica that has failed. Somebody closes them, perhaps somebody opens them anew,
 * and meanwhile the replica may be ordered to be put aside: then whoever works on the files does
 * that as soon as the work is done, and nobody opens them any more.
 *
 * <p>Thread-safe; no call takes time.
 */
final class FailedFiles {
  private boolean busy = true;
  private boolean unwanted;

  /**
   * The replica shall be put aside.
   *
   * @return whether the caller has to do it, since nobody works on the files
   */
  synchronized boolean retire() {
    boolean mine = !busy && !unwanted;
    unwanted = true;
    return mine;
  }

  /**
   * Whether the files may be opened; then {@link #done} must follow, or a replica that uses them.
   */
  synchronized boolean begin() {
    if (busy || unwanted) {
      return false;
    }
    busy = true;
    return true;
  }

  /**
   * The files are closed.
   *
   * @return whether the caller has to put the replica aside
   */
  synchronized boolean done() {
    busy = false;
    return unwanted;
  }

  /** Whether the replica was to be put aside meanwhile. */
  synchronized boolean isUnwanted() {
    return unwanted;
  }
}
