package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SnapshotManifest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** 17: what snapshots must be, and what they may take the place of. */
final class SnapshotTruth {
  private static final String SOUND = "17 snapshot soundness";

  private record Key(PartitionId partition, SnapshotManifest manifest) {}

  private final Invariants invariants;
  private final ReadTruth reads;

  private record Place(PartitionId partition, long term, long offset) {}

  private final Map<Place, byte[]> states = new HashMap<>();
  private final Map<Key, byte[]> made = new HashMap<>();
  private long makings;
  private long installs;
  private long trims;

  SnapshotTruth(Invariants invariants, ReadTruth reads) {
    this.invariants = invariants;
    this.reads = reads;
  }

  long makings() {
    return makings;
  }

  long installs() {
    return installs;
  }

  long trims() {
    return trims;
  }

  /** A replica writes its state as that of an offset. */
  void onMade(SimTablet tablet, PartitionId partition, SnapshotManifest manifest, byte[] bytes) {
    makings++;
    checkState(tablet, partition, manifest, bytes);
    byte[] before =
        states.putIfAbsent(new Place(partition, manifest.term(), manifest.offset()), bytes);
    if (before != null && !Arrays.equals(before, bytes)) {
      throw new Violation(
          "15 state is the log's",
          tablet.id + " and another replica have two states of " + partition + " at " + manifest);
    }
    made.put(new Key(partition, manifest), bytes);
  }

  /** A replica takes a snapshot for its state. */
  void onLoaded(SimTablet tablet, PartitionId partition, SnapshotManifest manifest, byte[] bytes) {
    if (invariants.givenUp() == 0) {
      checkState(tablet, partition, manifest, bytes);
    }
  }

  private void checkState(
      SimTablet tablet, PartitionId partition, SnapshotManifest manifest, byte[] bytes) {
    long term = invariants.committedTerm(partition, manifest.offset());
    if (term != manifest.term()) {
      throw new Violation(
          SOUND,
          tablet.id
              + " has a snapshot of "
              + partition
              + " at "
              + manifest.term()
              + ":"
              + manifest.offset()
              + ", committed there is term "
              + term);
    }
    TreeMap<Integer, Long> expected = reads.state(partition, manifest.offset());
    TreeMap<Integer, Long> found = SnapshotImage.decode(bytes).registers();
    if (!found.equals(expected)) {
      throw new Violation(
          SOUND,
          tablet.id
              + " has "
              + found
              + " in a snapshot of "
              + partition
              + " at "
              + manifest.offset()
              + ", where the log has "
              + expected);
    }
  }

  /** A replica keeps a piece of a snapshot for later. */
  void onReceived(
      SimTablet tablet,
      PartitionId partition,
      SnapshotManifest manifest,
      long position,
      byte[] bytes) {
    byte[] whole = made.get(new Key(partition, manifest));
    int end = (int) position + bytes.length;
    if (whole == null
        || end > whole.length
        || !Arrays.equals(bytes, Arrays.copyOfRange(whole, (int) position, end))) {
      throw new Violation(
          SOUND,
          tablet.id
              + " takes bytes at "
              + position
              + " for "
              + partition
              + " that are not those of its snapshot at "
              + manifest.offset());
    }
  }

  /** A snapshot takes the place of a log. No committed record may be lost that way. */
  void onInstall(
      SimTablet tablet, PartitionId partition, SnapshotManifest manifest, SimDisk.Files files) {
    installs++;
    invariants.onTruncate(tablet, partition, manifest.offset());
    for (long offset = Math.max(manifest.offset(), files.log.base()) + 1;
        offset <= files.log.last();
        offset++) {
      if (invariants.committedTerm(partition, offset) == files.log.termAt(offset)) {
        throw new Violation(
            "7 no committed truncation",
            tablet.id
                + " replaces "
                + partition
                + " by a snapshot of "
                + manifest.offset()
                + " and loses committed "
                + offset);
      }
    }
  }

  /** A log is cut at its beginning. */
  void onTrim(
      SimTablet tablet,
      PartitionId partition,
      long upTo,
      SnapshotManifest newest,
      SnapshotManifest previous,
      boolean knownToBeDamaged) {
    trims++;
    if (newest == null
        || previous == null
        || knownToBeDamaged
        || upTo > newest.offset()
        || upTo > previous.offset()) {
      throw new Violation(
          SOUND,
          tablet.id
              + " removes the log of "
              + partition
              + " up to "
              + upTo
              + " with snapshots "
              + newest
              + " and "
              + previous
              + (knownToBeDamaged ? ", one of which was found damaged" : ""));
    }
  }
}
