package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.SnapshotManifest.Part;
import java.util.HashSet;
import java.util.Set;

/** What snapshots take on the disk besides the engine. Pure functions. */
final class SnapshotBytes {
  private SnapshotBytes() {}

  /**
   * Bytes of two snapshots, either of which may be null. Files of an engine are counted once, and
   * those of the newer one not at all: the engine has them, but for those that it has put together
   * with others since.
   */
  static long of(SnapshotManifest newest, SnapshotManifest previous) {
    Set<Part> counted = new HashSet<>();
    long bytes = 0;
    if (newest != null) {
      boolean isOfFiles = newest.parts().size() > 1;
      for (Part part : newest.parts()) {
        boolean inEngine = isOfFiles && part.name().endsWith(".sst");
        bytes += inEngine ? 0 : part.bytes();
        if (inEngine) {
          counted.add(part);
        }
      }
    }
    if (previous != null) {
      for (Part part : previous.parts()) {
        bytes += counted.contains(part) ? 0 : part.bytes();
      }
    }
    return bytes;
  }
}
