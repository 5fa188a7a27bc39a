package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotChunk;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotOffer;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.SnapshotManifest;
import java.util.Map;
import java.util.TreeMap;

/**
 * The snapshots that a leader sends to replicas which its log cannot bring up to date. One piece is
 * read from the disk at a time, for one receiver after the other.
 *
 * <p>An attempt ends with the receiver's word that the snapshot is its state, with a failure, or
 * because the connection was lost. The next attempt for the same receiver takes the same snapshot
 * as long as the log goes on from it, so that what has arrived need not be sent again.
 */
final class SnapshotSends {
  /** How many times as long as a message is waited for, the disk is waited for. */
  static final int ANSWER_PATIENCE = 100;

  private final ReplicaState state;
  private final SnapshotStore store;
  private final SnapshotSettings settings;
  private final Map<NodeId, SnapshotSend> sends = new TreeMap<>();
  private long lastSyncId;
  private SnapshotSend reading;
  private long readingSyncId;
  private long readingSince;
  private NodeId servedLast;

  SnapshotSends(ReplicaState state) {
    this.state = state;
    this.store = state.keeper.store();
    this.settings = state.settings.snapshots();
  }

  /**
   * Puts on the way what can be, for one follower that needs a snapshot.
   *
   * @param upTo how far a snapshot that is begun now may reach
   */
  void pump(FollowerProgress follower, boolean learner, long upTo, long now, Ready out) {
    SnapshotSend send = sends.computeIfAbsent(follower.tablet(), SnapshotSend::new);
    if (send.failedLongAgo(3 * ANSWER_PATIENCE * state.settings.resendNanos(), now)) {
      // Whatever was wrong, on whichever side: without anything to write there would never be a
      // newer snapshot to try.
      send.forgive();
    }
    if (send.isPaused(now)) {
      return;
    }
    if (send.isRunning() && isOutdated(send)) {
      send.end();
    }
    if (!send.isRunning()) {
      SnapshotManifest chosen = choose(send, upTo);
      if (chosen == null) {
        SnapshotManifest newest = store.newest();
        if (newest != null && newest.offset() > upTo) {
          // It may do in a moment. A newer one would have to wait longer.
          return;
        }
        state.keeper.want(newest == null ? 1 : newest.offset() + 1);
        return;
      }
      send.begin(chosen, ++lastSyncId);
    }
    send.look(5 * state.settings.resendNanos(), now);
    if (send.mayOffer(state.settings.resendNanos(), now)) {
      send.offered(now);
      out.send(
          follower.tablet(),
          new SnapshotOffer(
              state.partition, state.term(), send.syncId(), send.manifest(), learner));
    }
  }

  /** Asks the disk for the next piece, for whoever's turn it is. To be called after all pumps. */
  void readNext(long now) {
    if (reading != null && now - readingSince < ANSWER_PATIENCE * state.settings.resendNanos()) {
      return;
    }
    if (reading != null && reading.isRunning() && reading.syncId() == readingSyncId) {
      // A disk that owes a piece for so long must not hold up everybody else's. What it may still
      // say is about an attempt that is over.
      reading.failed(pauseNanos(), now);
    }
    reading = null;
    SnapshotSend next = null;
    for (SnapshotSend send : sends.values()) {
      boolean ready =
          send.isRunning()
              && send.hasRoom((long) SnapshotSettings.WINDOW_CHUNKS * settings.chunkBytes());
      // The first one after who was served last, or else the first.
      if (ready && (next == null || (isAfterLast(send) && !isAfterLast(next)))) {
        next = send;
      }
    }
    if (next != null && state.host.pace().isLeft(now)) {
      reading = next;
      readingSyncId = next.syncId();
      readingSince = now;
      servedLast = next.receiver();
      store.read(next.manifest(), next.readTo(), settings.chunkBytes());
    }
  }

  private boolean isAfterLast(SnapshotSend send) {
    return servedLast == null || send.receiver().compareTo(servedLast) > 0;
  }

  /** A snapshot to send: the one that was begun, if it is still of use, or the newest. */
  private SnapshotManifest choose(SnapshotSend send, long upTo) {
    SnapshotManifest begun = send.manifest();
    if (begun != null
        && (begun.equals(store.newest()) || begun.equals(store.previous()))
        && isOfUse(begun, send)) {
      return begun;
    }
    SnapshotManifest newest = store.newest();
    return newest != null && newest.offset() <= upTo && isOfUse(newest, send) ? newest : null;
  }

  private boolean isOfUse(SnapshotManifest manifest, SnapshotSend send) {
    boolean endless = state.keeper.isBeyondBound(manifest.offset());
    return manifest.offset() + 1 >= store.firstLogOffset()
        && !manifest.equals(send.damaged())
        && !(endless && !manifest.equals(store.newest()));
  }

  /**
   * Whether the log behind what is sent has grown so much that a newer snapshot is the shorter way.
   */
  private boolean isOutdated(SnapshotSend send) {
    SnapshotManifest manifest = send.manifest();
    if (!state.keeper.isBeyondBound(manifest.offset())) {
      return false;
    }
    if (state.keeper.newestOffset() > manifest.offset()) {
      return true;
    }
    state.keeper.want(manifest.offset() + 1);
    return false;
  }

  /** The disk has read a piece, or cannot. */
  void onRead(
      SnapshotManifest manifest,
      long position,
      byte[] bytes,
      LeaderRole leader,
      long now,
      Ready out) {
    SnapshotSend send = reading;
    reading = null;
    if (send == null
        || !send.isRunning()
        || send.syncId() != readingSyncId
        || send.isOffering()
        || !send.manifest().equals(manifest)
        || send.readTo() != position) {
      return;
    }
    if (bytes == null || bytes.length == 0) {
      failed(send, now);
      return;
    }
    state.host.pace().spend(bytes.length);
    state.transfers.snapshotSent(bytes.length);
    send.sent(bytes.length, now);
    out.send(
        send.receiver(),
        new SnapshotChunk(
            state.partition,
            state.term(),
            send.syncId(),
            position,
            bytes,
            leader.isLearner(send.receiver())));
  }

  /** A receiver says how far it is. */
  void onProgress(FollowerProgress follower, SnapshotProgress progress, long now) {
    SnapshotSend send = sends.get(follower.tablet());
    if (send == null
        || !send.isRunning()
        || follower.phase() != FollowerProgress.Phase.SNAPSHOT
        || (send.syncId() != progress.syncId() && !state.lacks(Mutant.SNAPSHOT_SYNC_ID_IGNORED))) {
      return;
    }
    switch (progress.stage()) {
      case RECEIVING ->
          send.missingFrom(Math.min(progress.position(), send.manifest().bytes()), now);
      case INSTALLING -> send.missingFrom(send.manifest().bytes(), now);
      case DONE -> {
        send.end();
        follower.probeFrom(send.manifest().offset() + 1);
      }
      case UNWANTED -> {
        send.end();
        follower.probeFrom(state.history.lastOffset() + 1);
      }
      case FAILED -> failed(send, now);
    }
  }

  private void failed(SnapshotSend send, long now) {
    send.failed(pauseNanos(), now);
    if (send.manifest().equals(send.damaged())) {
      // If it is the snapshot, another one is made; if not, this one will be tried again.
      store.check(send.manifest());
    }
  }

  /** A snapshot was found damaged; if there is one like it again, that one is another. */
  void replaced(SnapshotManifest manifest) {
    for (SnapshotSend send : sends.values()) {
      if (manifest.equals(send.manifest())) {
        send.end();
        send.forgive();
      }
    }
  }

  private long pauseNanos() {
    return 10 * state.settings.resendNanos();
  }

  /** The connection to a receiver was lost, or it begins anew. */
  void interrupted(NodeId receiver) {
    SnapshotSend send = sends.get(receiver);
    if (send != null) {
      send.end();
    }
  }

  /** The receiver gets records as they are written, or is no replica any more. */
  boolean forget(NodeId receiver) {
    sends.remove(receiver);
    return true;
  }

  /** Offset from which a receiver will want the log; 0 when no snapshot is on its way to it. */
  long logNeededAfter(NodeId receiver) {
    SnapshotSend send = sends.get(receiver);
    return send == null || send.manifest() == null ? 0 : send.manifest().offset();
  }

  /** Whether this very snapshot is on its way to anybody. */
  boolean isSending(SnapshotManifest manifest) {
    return manifest != null
        && sends.values().stream()
            .anyMatch(send -> send.isRunning() && send.manifest().equals(manifest));
  }
}
