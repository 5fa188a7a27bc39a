package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.SnapshotManifest;
import java.util.ArrayList;
import java.util.List;

/**
 * When one replica makes snapshots, and how much of its log they let go. A snapshot holds what is
 * applied, so only what is committed, and only records that this replica's own disk has: otherwise
 * a power cut could leave a log that ends before its snapshot.
 *
 * <p>The log is kept from the older of the two newest snapshots on, so that one damaged snapshot
 * loses nothing, and from the slowest replica on that follows, within a bound.
 */
final class SnapshotKeeper {
  /** Requests that may wait for a snapshot; more are refused. */
  static final int MAX_WAITING = 64;

  private record Waiting(long minOffset, SnapshotListener listener) {}

  /** What a waiting request is told. */
  private record Told(SnapshotListener listener, SnapshotManifest manifest, String problem) {}

  private final ReplicaState state;
  private final SnapshotStore store;
  private final SnapshotSettings settings;
  private final List<Waiting> waiting = new ArrayList<>();
  private boolean making;
  private boolean paused;
  private long wantedOffset;
  private long madeAt;
  private long triedAt;
  private boolean failed;
  private long trimmedTo;

  SnapshotKeeper(ReplicaState state, SnapshotStore store, long now) {
    this.state = state;
    this.store = store;
    this.settings = state.settings.snapshots();
    this.madeAt = now;
  }

  SnapshotStore store() {
    return store;
  }

  boolean isMaking() {
    return making;
  }

  boolean isPaused() {
    return paused;
  }

  /**
   * From now on no snapshot is made because it is time for one, so that somebody can look at the
   * files, or copy them. One that a member needs is made all the same: it could not catch up
   * without. Not remembered over a restart.
   *
   * <p>The log grows meanwhile. When there is more of it than is kept for replicas that are behind,
   * the pause ends by itself: a pause that was forgotten must not fill the disk.
   *
   * @return false when one is being made just now
   */
  boolean pause() {
    if (making) {
      return false;
    }
    paused = true;
    return true;
  }

  /**
   * Ends a pause; without one nothing changes.
   *
   * @return false when there is none and a snapshot is being made
   */
  boolean resume() {
    if (!paused && making) {
      return false;
    }
    paused = false;
    return true;
  }

  /** Offset of the newest snapshot; 0 when there is none. */
  long newestOffset() {
    SnapshotManifest newest = store.newest();
    return newest == null ? 0 : newest.offset();
  }

  /** A snapshot of at least this offset is needed, as soon as that can be. */
  void want(long minOffset) {
    wantedOffset = Math.max(wantedOffset, minOffset);
  }

  /** As {@link #want}, and tells how it ended. */
  void request(long minOffset, SnapshotListener listener) {
    if (newestOffset() >= minOffset && store.newest() != null) {
      listener.onSnapshotDone(store.newest(), null);
    } else if (waiting.size() >= MAX_WAITING) {
      listener.onSnapshotDone(null, "too many wait for a snapshot already; try again later");
    } else {
      waiting.add(new Waiting(minOffset, listener));
      want(Math.max(1, minOffset));
    }
  }

  /**
   * Makes a snapshot if one is due, and lets go of log.
   *
   * @param leader the leader's part of this replica; null unless it leads
   * @param installing whether a snapshot of another replica is becoming the state
   */
  void tick(long applied, LeaderRole leader, boolean installing, long now) {
    if (state.flags().isOutOfService()) {
      return;
    }
    if (!making && !installing && isDue(applied, leader, now)) {
      making = true;
      triedAt = now;
      make(applied);
    }
    if (!installing) {
      checkpoint(applied, now);
      trim(leader);
    }
  }

  private void checkpoint(long applied, long now) {
    if (store.checkpointDue(now)
        && state.disk() != DiskLevel.FULL
        && state.durable() >= applied
        && state.history.termAt(applied) != 0) {
      store.checkpoint(state.history.termAt(applied), state.sessions.encode(), now);
    }
  }

  private void make(long applied) {
    long offset = applied;
    if (state.lacks(Mutant.SNAPSHOT_OF_UNCOMMITTED)) {
      offset = state.history.lastOffset();
    }
    store.make(state.history.termAt(offset), offset, state.sessions.encode());
  }

  private boolean isDue(long applied, LeaderRole leader, long now) {
    SnapshotManifest newest = store.newest();
    long before = newest == null ? 0 : newest.offset();
    if (applied <= before
        || state.disk() == DiskLevel.FULL
        || state.durable() < applied
        || state.history.termAt(applied) == 0
        || (failed && now - triedAt < retryNanos())) {
      return false;
    }
    // An offset that is not there yet, and may never be, is no reason to make none meanwhile.
    if (wantedOffset > before && applied >= wantedOffset) {
      return true;
    }
    if (paused && !isBeyondBound(before)) {
      return false;
    }
    paused = false;
    if (leader != null && leader.isSendingSnapshot(store.previous())) {
      // The next one would push it out before it has arrived.
      return false;
    }
    if (now - madeAt >= settings.intervalNanos()) {
      return true;
    }
    long grown = store.logBytesAfter(before);
    return (applied - before >= settings.everyRecords() || grown >= settings.everyBytes())
        && (newest == null || 2 * grown >= newest.bytes());
  }

  private long retryNanos() {
    return 100 * state.settings.resendNanos();
  }

  private void trim(LeaderRole leader) {
    SnapshotManifest newest = store.newest();
    SnapshotManifest previous = store.previous();
    if (newest == null || previous == null) {
      return;
    }
    long upTo = Math.min(newest.offset(), previous.offset());
    if (leader != null) {
      upTo = Math.min(upTo, leader.neededAfter());
    }
    if (state.witnessed) {
      // A witness must always be able to go on where this log begins, should this copy lead.
      long dispensable =
          leader == null ? state.dispensable() : leader.witnesses().dispensable(leader);
      upTo = Math.min(upTo, dispensable);
    }
    if (state.lacks(Mutant.TRIM_TOO_EARLY)) {
      upTo = newest.offset();
    }
    if (upTo > trimmedTo) {
      trimmedTo = upTo;
      store.trimLog(upTo);
    }
  }

  /** Whether what the log holds behind an offset is more than is kept for those who are behind. */
  boolean isBeyondBound(long offset) {
    return store.logBytesAfter(offset) > settings.retainMaxBytes();
  }

  /** How the making of a snapshot ended; its offset may be less than somebody waits for. */
  void onMade(SnapshotManifest manifest, String problem, long now) {
    making = false;
    failed = manifest == null;
    if (manifest != null) {
      madeAt = now;
      state.transfers.made();
    }
    long reached = newestOffset();
    List<Told> told = new ArrayList<>();
    waiting.removeIf(
        request -> {
          boolean over = manifest == null || reached >= request.minOffset();
          if (over) {
            told.add(new Told(request.listener(), manifest, problem));
          }
          return over;
        });
    tell(told);
  }

  /**
   * One of the snapshots here is damaged. The state itself is in the engine, so another is made at
   * once, whatever else is there; until then nothing is removed because of the damaged one.
   */
  void onDamaged(SnapshotManifest manifest) {
    if (state.lacks(Mutant.DAMAGED_SNAPSHOT_COUNTED)
        || (!manifest.equals(store.newest()) && !manifest.equals(store.previous()))) {
      return;
    }
    store.discard(manifest);
    want(manifest.offset());
  }

  /** A snapshot of another replica is the state now. */
  void onInstalled(long now) {
    madeAt = now;
    trimmedTo = 0;
  }

  /** The replica is gone. */
  void abandon() {
    List<Told> told = new ArrayList<>();
    waiting.forEach(
        request -> told.add(new Told(request.listener(), null, "the replica was closed")));
    waiting.clear();
    tell(told);
  }

  private static void tell(List<Told> all) {
    Listeners.tell(all, told -> told.listener().onSnapshotDone(told.manifest(), told.problem()));
  }
}
