package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import io.holdfast.tablet.storage.StateFiles;
import java.io.IOException;

/**
 * A snapshot being made of the files that an engine has on the disk anyway. The loop looks when the
 * engine's checkpoint is there; the rest is done in the background.
 */
final class SnapshotLinking implements SnapshotWork {
  private final SnapshotFolder folder;
  private final SnapshotHeader header;
  private final byte[] sessions;
  private final StateFiles files;
  private final SnapshotManifest previous;
  private final SerialLane lane;
  private final Listener listener;
  private boolean begun;

  /** Set by the loop; what was not begun is not begun any more. */
  private volatile String givenUpBecause;

  /**
   * Begins; the snapshot is the state of the checkpoint whose files these are.
   *
   * @param previous the newest snapshot that is here; null without one
   */
  SnapshotLinking(
      SnapshotFolder folder,
      SnapshotHeader header,
      byte[] sessions,
      StateFiles files,
      SnapshotManifest previous,
      SerialLane lane,
      Listener listener) {
    this.folder = folder;
    this.header = header;
    this.sessions = sessions;
    this.files = files;
    this.previous = previous;
    this.lane = lane;
    this.listener = listener;
  }

  @Override
  public void tick(boolean mayWalk, long now) {
    if (!begun && files.isReady()) {
      begin();
    }
  }

  private void begin() {
    begun = true;
    lane.attempt(
        () -> {
          if (givenUpBecause != null) {
            end(null, givenUpBecause);
          } else {
            end(folder.link(header, sessions, files, previous), null);
          }
        },
        problem -> {
          String also = "";
          try {
            folder.discardMaking();
          } catch (IOException e) {
            also = "; and what there is of it cannot be removed: " + e;
          }
          end(null, problem + also);
        });
  }

  private void end(SnapshotManifest manifest, String problem) {
    files.release();
    listener.onMade(manifest, problem);
  }

  @Override
  public void close() {
    files.release();
  }

  @Override
  public void cancel(String why) {
    givenUpBecause = why;
    if (!begun) {
      begin();
    }
  }
}
