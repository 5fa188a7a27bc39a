package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotChunk;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotOffer;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress.Stage;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.SnapshotManifest;
import java.util.List;
import java.util.TreeMap;

/**
 * A snapshot that comes from the leader and becomes the state of this replica.
 *
 * <p>What makes that safe is neither the term nor the attempt, but the snapshot itself: it is what
 * was committed up to its offset. It is refused when this replica knows as much, be it by its
 * commit offset or because its log has the snapshot's last record: what follows that record may
 * have been acknowledged, and must not be lost. Otherwise what the log holds beyond differs from
 * what is committed and was never acknowledged to any leader whose word counts.
 *
 * <p>While the snapshot becomes the state, the log takes no records and this replica answers no
 * election: what it would say of its log is about to change.
 */
final class SnapshotReceive {
  /** Pieces that may wait for the disk; more than a leader sends unasked. */
  private static final int MAX_WAITING = 2 * SnapshotSettings.WINDOW_CHUNKS;

  private final ReplicaState state;
  private final SnapshotStore store;
  private final TreeMap<Long, byte[]> waiting = new TreeMap<>();
  private NodeId leader;
  private long term;
  private long syncId;
  private SnapshotManifest manifest;
  private long position;
  private long storedEnd;
  private boolean storing;
  private long storingSince;
  private boolean installing;
  private boolean jumping;

  SnapshotReceive(ReplicaState state) {
    this.state = state;
    this.store = state.keeper.store();
  }

  /** Whether a snapshot is becoming the state at this moment. */
  boolean isInstalling() {
    return installing;
  }

  /** Whether a snapshot is coming, or becoming the state. */
  boolean isUnderWay() {
    return manifest != null;
  }

  /** The leader offers a snapshot. Its term is the replica's. */
  void onOffer(NodeId from, SnapshotOffer offer, long now, Ready out) {
    boolean sameLeader = from.equals(leader) && offer.term() == term;
    if (sameLeader && offer.syncId() < syncId) {
      return;
    }
    if (installing) {
      if (offer.manifest().equals(manifest)) {
        remember(from, offer);
        reply(Stage.INSTALLING, out);
      }
      return;
    }
    if (sameLeader && offer.syncId() == syncId && manifest != null) {
      reply(Stage.RECEIVING, out);
      return;
    }
    if (state.disk() == DiskLevel.FULL) {
      // There is no room for it. The offer will come again, and there may be room then.
      return;
    }
    if (isStoring(now)) {
      // The disk still works on a piece of an earlier attempt. The offer will come again.
      return;
    }
    remember(from, offer);
    if (!isWanted(offer.manifest())) {
      reply(Stage.UNWANTED, out);
      forget();
      return;
    }
    manifest = offer.manifest();
    waiting.clear();
    position = store.prepare(manifest);
    if (position >= manifest.bytes()) {
      install(out);
    } else {
      reply(Stage.RECEIVING, out);
    }
  }

  /**
   * A witness begins its log anew behind a committed record that it does not have, if it can now.
   * What makes that safe is the same: see {@link #isWanted}.
   */
  void jump(long term, long offset) {
    SnapshotManifest behind = new SnapshotManifest(term, offset, List.of());
    if (installing || storing || !isWanted(behind)) {
      return;
    }
    manifest = behind;
    jumping = true;
    installing = true;
    waiting.clear();
    store.beginAt(term, offset);
  }

  /**
   * Whether the disk owes an answer. Not for ever: one that never comes must not be the end of
   * every attempt; what the disk has is asked anew by the next.
   */
  private boolean isStoring(long now) {
    long patience = SnapshotSends.ANSWER_PATIENCE * state.settings.resendNanos();
    storing = storing && now - storingSince < patience;
    return storing;
  }

  private void remember(NodeId from, SnapshotOffer offer) {
    leader = from;
    term = offer.term();
    syncId = offer.syncId();
  }

  private boolean isWanted(SnapshotManifest offered) {
    if (state.lacks(Mutant.INSTALL_BELOW_COMMIT)) {
      return true;
    }
    TermHistory history = state.history;
    long offset = offered.offset();
    return offset > state.commit()
        && offset > history.baseOffset()
        && (offset > history.lastOffset() || history.termAt(offset) != offered.term());
  }

  /** A piece of a snapshot. The sender's term is the replica's. */
  void onChunk(NodeId from, SnapshotChunk chunk, long now, Ready out) {
    boolean ofThisAttempt =
        from.equals(leader)
            && chunk.term() == term
            && (chunk.syncId() == syncId || state.lacks(Mutant.SNAPSHOT_SYNC_ID_IGNORED));
    if (manifest == null || installing || !ofThisAttempt) {
      return;
    }
    if (chunk.position() < (isStoring(now) ? storedEnd : position)
        || chunk.position() > manifest.bytes() - chunk.bytes().length
        || waiting.size() >= MAX_WAITING) {
      reply(Stage.RECEIVING, out);
      return;
    }
    // One that has overtaken another waits for it. If that was lost, the leader will ask.
    waiting.put(chunk.position(), chunk.bytes());
    storeNext(now);
  }

  private void storeNext(long now) {
    byte[] bytes = isStoring(now) ? null : waiting.remove(position);
    if (bytes != null) {
      storing = true;
      storingSince = now;
      storedEnd = position + bytes.length;
      store.store(manifest, position, bytes);
    }
  }

  /** The disk has a piece, or did not take it. */
  void onStored(SnapshotManifest stored, long reached, boolean ok, long now, Ready out) {
    storing = false;
    if (installing || !stored.equals(manifest)) {
      return;
    }
    if (!ok) {
      reply(Stage.FAILED, out);
      forget();
      return;
    }
    position = reached;
    waiting.headMap(position).clear();
    if (position >= manifest.bytes()) {
      if (isWanted(manifest)) {
        install(out);
      } else {
        reply(Stage.UNWANTED, out);
        forget();
      }
      return;
    }
    storeNext(now);
    reply(Stage.RECEIVING, out);
  }

  private void install(Ready out) {
    installing = true;
    waiting.clear();
    store.install(manifest);
    reply(Stage.INSTALLING, out);
  }

  /**
   * The snapshot is the state, or could not become it.
   *
   * @param problem why not; null when it is
   */
  void onInstalled(SnapshotManifest installed, String problem, Ready out) {
    if (!installing || !isPresent(installed)) {
      return;
    }
    installing = false;
    if (problem == null) {
      state.installed(installed, out);
    }
    if (!jumping) {
      reply(problem == null ? Stage.DONE : Stage.FAILED, out);
    }
    jumping = false;
    forget();
  }

  /** Of a snapshot that is made here, only the place is known before. */
  private boolean isPresent(SnapshotManifest installed) {
    return jumping
        ? installed.term() == manifest.term() && installed.offset() == manifest.offset()
        : installed.equals(manifest);
  }

  /** The leader goes on with its log, or is none any more. What has arrived is kept on disk. */
  void abandon() {
    if (!installing) {
      forget();
    }
  }

  private void forget() {
    manifest = null;
    waiting.clear();
    position = 0;
  }

  private void reply(Stage stage, Ready out) {
    if (term == state.term() && leader != null) {
      out.send(
          leader,
          new SnapshotProgress(state.partition, term, state.speaker(), syncId, position, stage));
    }
  }
}
