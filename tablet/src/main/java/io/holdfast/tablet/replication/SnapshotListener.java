package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.SnapshotManifest;

/** Told once how the making of a snapshot ended, on the loop that owns the partition. */
@FunctionalInterface
public interface SnapshotListener {
  /**
   * @param manifest the snapshot; null when there is none
   * @param problem why there is none; null when there is one
   */
  void onSnapshotDone(SnapshotManifest manifest, String problem);
}
