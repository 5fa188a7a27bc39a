package io.holdfast.tablet.partition;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import io.holdfast.tablet.snapshot.SnapshotWriter;
import io.holdfast.tablet.storage.SavedKey;
import io.holdfast.tablet.storage.StateWalk;
import io.holdfast.tablet.storage.StorageEngine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One snapshot being made. The loop walks over the engine, a slice at a tick, and hands the keys it
 * met, as references, to the background, which turns them into bytes and writes them.
 *
 * <p>The walk waits while the disk is behind or the pace is exceeded. Keys that writes bring
 * forward cannot wait; what they cost is bounded by giving the snapshot up.
 */
final class SnapshotMaking implements SnapshotWork {
  /** Keys to look at in one tick: well below a millisecond of the loop's time. */
  private static final int KEYS_PER_TICK = 2_000;

  /** The walk waits while the disk owes so much. */
  private static final long WALK_BYTES = 4 << 20;

  /** What may be held at most: far more than writes bring forward while a disk works at all. */
  static final long LIMIT_BYTES = 256 << 20;

  private static final int KEYS_PER_TASK = 256;

  private final SnapshotFolder folder;
  private final SnapshotHeader header;
  private final SerialLane lane;
  private final BytePace pace;
  private final Clock clock;
  private final long limitBytes;
  private final Listener listener;
  private final AtomicLong held = new AtomicLong();

  // The loop's.
  private final StateWalk walk;
  private List<SavedKey> gathered = new ArrayList<>();
  private boolean walked;

  // The lane's.
  private SnapshotWriter writer;
  private volatile boolean ended;

  /** Set by the loop: what waits for the disk is not written any more, and ends with the next. */
  private volatile String givenUpBecause;

  /**
   * Begins; the snapshot is the state as of this call.
   *
   * @param limitBytes at which it is given up
   */
  SnapshotMaking(
      SnapshotFolder folder,
      SnapshotHeader header,
      byte[] sessions,
      StorageEngine engine,
      SerialLane lane,
      BytePace pace,
      Clock clock,
      long limitBytes,
      Listener listener) {
    this.folder = folder;
    this.header = header;
    this.lane = lane;
    this.pace = pace;
    this.clock = clock;
    this.limitBytes = limitBytes;
    this.listener = listener;
    this.walk = engine.beginWalk(this::onKey);
    Alterations alterations = engine.alterations();
    inLane(() -> writer = folder.begin(header, sessions, alterations));
  }

  // ---- the loop

  private void onKey(SavedKey key) {
    held.addAndGet(key.heldBytes());
    gathered.add(key);
    if (gathered.size() == KEYS_PER_TASK) {
      handOver();
    }
  }

  private void handOver() {
    if (!gathered.isEmpty()) {
      List<SavedKey> keys = gathered;
      gathered = new ArrayList<>();
      inLane(() -> write(keys));
    }
  }

  @Override
  public void tick(boolean mayWalk, long now) {
    if (ended) {
      walk.cancel();
      return;
    }
    if (givenUpBecause != null) {
      return;
    }
    long heldNow = held.get();
    long freedNow = walk.heldBytes();
    if (heldNow + freedNow > limitBytes) {
      cancel(
          "the disk is so slow that "
              + (heldNow + freedNow)
              + " bytes wait for it, in keys that were changed meanwhile");
      return;
    }
    if (walked) {
      return;
    }
    if (mayWalk && heldNow < WALK_BYTES && pace.allows(now)) {
      walked = walk.advance(KEYS_PER_TICK);
    }
    handOver();
    if (walked) {
      inLane(this::finish);
    }
  }

  @Override
  public void close() {
    walk.cancel();
    // Once more: keys may have come to the walk after the lane had ended.
    walk.release();
  }

  @Override
  public void cancel(String why) {
    walk.cancel();
    givenUpBecause = why;
    inLane(() -> {});
  }

  // ---- the lane

  private void inLane(SerialLane.Step step) {
    lane.attempt(
        () -> {
          if (!ended && givenUpBecause != null) {
            end(null, givenUpBecause);
          }
          if (!ended) {
            step.run();
          }
        },
        problem -> {
          if (!ended) {
            end(null, problem);
          }
        });
  }

  private void write(List<SavedKey> keys) throws IOException {
    long before = writer.position();
    for (SavedKey key : keys) {
      if (givenUpBecause != null) {
        end(null, givenUpBecause);
        return;
      }
      writer.add(key);
      held.addAndGet(-key.heldBytes());
      key.release();
    }
    pace.written(writer.position() - before, clock.nanoTime());
  }

  private void finish() throws IOException {
    SnapshotManifest manifest = folder.complete(writer, header);
    writer = null;
    end(manifest, null);
  }

  private void end(SnapshotManifest manifest, String problem) {
    ended = true;
    walk.release();
    String also = "";
    if (writer != null) {
      try {
        folder.discard(writer);
      } catch (IOException e) {
        also = "; and what there is of it cannot be removed: " + e;
      }
    }
    listener.onMade(manifest, problem == null ? null : problem + also);
  }
}
