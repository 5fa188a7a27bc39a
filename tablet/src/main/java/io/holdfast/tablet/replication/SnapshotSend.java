package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.SnapshotManifest;

/**
 * One snapshot on its way to one replica, as the leader sees it: what was offered, what was sent,
 * what arrived. The receiver says from where bytes are missing, whenever it is offered the
 * snapshot; so after anything was lost the snapshot is offered again, and only the rest is sent.
 */
final class SnapshotSend {
  private static final long NEVER = Long.MIN_VALUE;

  /** Failures of one snapshot after which it is taken to be damaged. */
  private static final int FAILURES = 2;

  private final NodeId receiver;
  private SnapshotManifest manifest;
  private long syncId;
  private boolean offering;
  private boolean running;
  private long offeredAt = NEVER;
  private long heardAt;
  private long arrived;
  private long readTo;
  private long pausedUntil = NEVER;
  private int failures;
  private SnapshotManifest damaged;
  private long failedAt;

  SnapshotSend(NodeId receiver) {
    this.receiver = receiver;
  }

  NodeId receiver() {
    return receiver;
  }

  /** What is sent, or was sent last; null before anything was. */
  SnapshotManifest manifest() {
    return manifest;
  }

  long syncId() {
    return syncId;
  }

  /** Whether an attempt is under way. */
  boolean isRunning() {
    return running;
  }

  /** Whether the receiver is asked for its position, and nothing is sent before it answers. */
  boolean isOffering() {
    return offering;
  }

  long readTo() {
    return readTo;
  }

  /** A snapshot that could not be delivered again and again; null without one. */
  SnapshotManifest damaged() {
    return damaged;
  }

  /** Begins an attempt. */
  void begin(SnapshotManifest snapshot, long newSyncId) {
    if (!snapshot.equals(manifest)) {
      failures = 0;
    }
    manifest = snapshot;
    syncId = newSyncId;
    running = true;
    offerAgain();
  }

  /** Ends the attempt, whatever became of it. */
  void end() {
    running = false;
  }

  private void offerAgain() {
    offering = true;
    offeredAt = NEVER;
    arrived = 0;
    readTo = 0;
  }

  boolean isPaused(long now) {
    return pausedUntil != NEVER && now - pausedUntil < 0;
  }

  boolean mayOffer(long resendNanos, long now) {
    return offering && (offeredAt == NEVER || now - offeredAt >= resendNanos);
  }

  void offered(long now) {
    offeredAt = now;
  }

  /** The receiver says from where bytes are missing. */
  void missingFrom(long position, long now) {
    heardAt = now;
    if (offering) {
      offering = false;
      arrived = position;
      readTo = position;
    } else {
      arrived = Math.max(arrived, position);
      readTo = Math.max(readTo, arrived);
    }
  }

  /** Whether another piece may be put on the way. */
  boolean hasRoom(long windowBytes) {
    return !offering && readTo < manifest.bytes() && readTo - arrived < windowBytes;
  }

  /** A piece was put on the way. */
  void sent(int bytes, long now) {
    if (readTo == arrived) {
      // Nothing was owed until now.
      heardAt = now;
    }
    readTo += bytes;
  }

  /** Asks for the position again when the receiver owes an answer for too long. */
  void look(long patienceNanos, long now) {
    boolean owes = readTo > arrived || readTo >= manifest.bytes();
    if (!offering && owes && now - heardAt > patienceNanos) {
      offerAgain();
    }
  }

  /** The attempt failed on either side; the next one begins after a pause. */
  void failed(long pauseNanos, long now) {
    running = false;
    failedAt = now;
    pausedUntil = now + pauseNanos;
    if (++failures >= FAILURES) {
      damaged = manifest;
    }
  }

  /** Whether a snapshot is taken to be damaged because of failures that are so long ago. */
  boolean failedLongAgo(long nanos, long now) {
    return damaged != null && now - failedAt > nanos;
  }

  /** Failures of the past count no more. */
  void forgive() {
    failures = 0;
    damaged = null;
  }

  @Override
  public String toString() {
    return "snapshot " + manifest.offset() + " to " + receiver + ", " + arrived + " bytes arrived";
  }
}
