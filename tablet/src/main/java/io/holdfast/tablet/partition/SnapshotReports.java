package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.replication.ReplicaHost;

/** Told what became of one replica's snapshot work; on its loop. See {@link ReplicaHost}. */
interface SnapshotReports {
  /** See {@link ReplicaHost#onSnapshotMade}. */
  void onMade(SnapshotManifest manifest, String problem);

  /** See {@link ReplicaHost#onSnapshotDamaged}. */
  void onDamaged(SnapshotManifest manifest);

  /** See {@link ReplicaHost#onSnapshotRead}. */
  void onRead(SnapshotManifest manifest, long position, byte[] bytes, String problem);

  /** See {@link ReplicaHost#onSnapshotStored}. */
  void onStored(SnapshotManifest manifest, long position, boolean ok);

  /** See {@link ReplicaHost#onSnapshotInstalled}. */
  void onInstalled(SnapshotManifest manifest, String problem);

  /** Passes them on to a host, with the present. */
  static SnapshotReports to(ReplicaHost host, PartitionId partition, long now) {
    return new SnapshotReports() {
      @Override
      public void onMade(SnapshotManifest manifest, String problem) {
        host.onSnapshotMade(partition, manifest, problem, now);
      }

      @Override
      public void onDamaged(SnapshotManifest manifest) {
        host.onSnapshotDamaged(partition, manifest, now);
      }

      @Override
      public void onRead(SnapshotManifest manifest, long position, byte[] bytes, String problem) {
        host.onSnapshotRead(partition, manifest, position, bytes, problem, now);
      }

      @Override
      public void onStored(SnapshotManifest manifest, long position, boolean ok) {
        host.onSnapshotStored(partition, manifest, position, ok, now);
      }

      @Override
      public void onInstalled(SnapshotManifest manifest, String problem) {
        host.onSnapshotInstalled(partition, manifest, problem, now);
      }
    };
  }
}
