package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.binlog.Binlog;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.replication.TermHistory;
import io.holdfast.tablet.snapshot.IncomingSnapshot;
import io.holdfast.tablet.storage.StorageEngine;

/**
 * What was found in a replica's directory.
 *
 * @param meta as it is on disk now
 * @param flags what is wrong with the replica, its log included
 * @param binlog the open log
 * @param history of what is intact of the log
 * @param engine the state of the newest snapshot, or a later one; empty without any
 * @param sessions of that state; empty without one
 * @param newest that snapshot; null without one
 * @param previous the one before, from which the log would also do; null without one
 * @param incoming what has been received of another replica's snapshot; null for nothing
 */
record OpenedReplica(
    ReplicaMeta meta,
    ReplicaFlags flags,
    Binlog binlog,
    TermHistory history,
    StorageEngine engine,
    byte[] sessions,
    SnapshotManifest newest,
    SnapshotManifest previous,
    IncomingSnapshot incoming) {}
