package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableSpec;

/** Makes and retires replicas' stores. Called only by the loop that owns the partitions. */
public interface ReplicaStores {
  /**
   * Makes an empty, durable directory with a new uid.
   *
   * @return the store; null when it could not be made, which the implementation has reported
   */
  ReplicaStore create(PartitionId partition, TableSpec table, boolean witness);

  /** Puts a dropped replica's files aside. */
  void retire(PartitionId partition, ReplicaStore store);

  /**
   * Puts the files of a replica aside that has failed, see {@link ReplicaHost#onStoreFailed}. It is
   * not opened any more.
   */
  void retireFailed(PartitionId partition);

  /** Whether the disk has owed an answer for so long that this tablet must not look alive. */
  boolean isStalled(long now);

  /**
   * How full the disk is that a replica lies on, as of a moment ago; replicas may lie on several.
   */
  DiskLevel diskLevel(PartitionId partition);
}
