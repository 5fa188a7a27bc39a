package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.SnapshotManifest;

/** One snapshot being made, in whatever way. Owned by the loop. */
interface SnapshotWork {
  /** Told the end, on a thread of the background. */
  interface Listener {
    /**
     * @param manifest what it became; null when it could not be made
     * @param problem why not
     */
    void onMade(SnapshotManifest manifest, String problem);
  }

  /**
   * Goes on a little.
   *
   * @param mayWalk false when it is another's turn to walk over its engine
   */
  void tick(boolean mayWalk, long now);

  /** To be called when its end has been told: the engine is free for the next one. */
  void close();

  /** Gives the snapshot up. */
  void cancel(String why);
}
